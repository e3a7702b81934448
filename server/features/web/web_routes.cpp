// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"
#include "common/text/utf8.h"
#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/features/web/web.h"
#include "server/http/router.h"

namespace kith::web {

using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;
using text::escape_html;

namespace {

constexpr const char* k_style =
    ":root{color-scheme:light dark}body{font:16px/1.5 Inter,system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;"
    "background:light-dark(#F7F4EF,#141210);color:light-dark(#1D1915,#F2EDE6)}article,header{background:light-dark(#FFFFFF,#1C1916);"
    "border:1px solid light-dark(#E6DFD4,#322D27);border-radius:16px;padding:1rem 1.25rem;margin:0 0 1rem}"
    "h1{font-size:1.4rem;margin:0}h2{font-size:1rem;margin:1rem 0 .25rem}a{color:light-dark(#C2410C,#FF8A5C)}.quiet{color:light-dark(#665E55,#A89F93);margin:.25rem 0}"
    ".invisible{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}";

Response page(const std::string& title, const std::string& body)
{
    auto response = http::html_response(200, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                                             "content=\"width=device-width, initial-scale=1\"><title>" +
                                                 escape_html(title) + "</title><style>" + k_style +
                                                 "</style></head><body><main>" + body + "</main></body></html>");
    response.headers.set("Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    return response;
}

std::string name_of(const accounts::Account& account)
{
    return account.display_name.empty() ? account.username : account.display_name;
}

std::string article(const core::Site& site, const statuses::Status& status, const accounts::Account& author)
{
    std::string out = "<article><p class=\"quiet\"><a href=\"" + escape_html(statuses::url_of(site, status, author)) + "\"><time datetime=\"" +
                      to_iso8601(status.created_at) + "\">" + to_http_date(status.created_at) + "</time></a></p>";
    if (status.spoiler_text.empty())
        return out + status.html + "</article>";
    return out + "<details><summary>" + escape_html(status.spoiler_text) + "</summary>" + status.html + "</details></article>";
}

std::string header(const core::Site& site, const accounts::Account& account)
{
    return "<header><h1>" + escape_html(name_of(account)) + "</h1><p class=\"quiet\">@" + escape_html(account.username) + "@" +
           escape_html(site.domain) + "</p>" + account.note_html + "</header>";
}

Result<accounts::Account> find_shown(Tx& tx, const std::string& segment)
{
    if (segment.starts_with('@'))
        if (auto account = accounts::find_by_handle(tx, segment.substr(1), {});
            account && account->local() && !account->suspended_at && account->username != accounts::k_instance_actor)
            return std::move(*account);
    return fail(Errc::not_found, "There is nothing at this address.");
}

awaitable<Result<Response>> profile(Server& server, Request& request)
{
    std::string title;
    auto work = [&](Tx& tx) -> Result<std::string> {
        TRY(const auto account, find_shown(tx, request.param("handle")));
        title = name_of(account);
        auto body = header(tx.site(), account);
        const statuses::FeedFilter filter{statuses::Feed::account, account.id, true};
        for (const auto& status : statuses::list(tx, {}, filter, {}))
            body += article(tx.site(), status, account);
        return body;
    };
    CO_TRY(const auto body, co_await server.database.read(work));
    co_return page(title, body);
}

awaitable<Result<Response>> post(Server& server, Request& request)
{
    CO_TRY(const auto id, StatusId::parse(request.param("id")));
    std::string title;
    auto work = [&](Tx& tx) -> Result<std::string> {
        TRY(const auto account, find_shown(tx, request.param("handle")));
        TRY(const auto status, statuses::find_visible(tx, {}, id));
        if (status.account_id != account.id)
            return fail(Errc::not_found, "There is nothing at this address.");
        title = name_of(account);
        return header(tx.site(), account) + article(tx.site(), status, account);
    };
    CO_TRY(const auto body, co_await server.database.read(work));
    co_return page(title, body);
}

/// Where a hashtag's link leads.
awaitable<Result<Response>> hashtag(Server& server, Request& request)
{
    const auto& name = request.param("name");
    auto work = [&](Tx& tx) -> Result<std::string> {
        statuses::FeedFilter filter;
        filter.feed = statuses::Feed::hashtag;
        filter.tag = text::fold(name);
        const auto found = statuses::list(tx, {}, filter, {});
        std::set<AccountId> ids;
        for (const auto& status : found)
            ids.insert(status.account_id);
        const auto authors = accounts::find_many(tx, ids);
        std::string body = "<header><h1>#" + escape_html(name) + "</h1></header>";
        for (const auto& status : found) {
            const auto& author = authors.at(status.account_id);
            body += "<h2><a href=\"" + escape_html(author.url) + "\">" + escape_html(name_of(author)) + "</a></h2>" +
                    article(tx.site(), status, author);
        }
        return body;
    };
    CO_TRY(const auto body, co_await server.database.read(work));
    co_return page("#" + name, body);
}

awaitable<Result<Response>> front(Server& server, Request&)
{
    const auto& title = server.config.instance.title;
    co_return page(title, "<header><h1>" + escape_html(title) + "</h1><p>" + escape_html(server.config.instance.description) +
                              "</p><p class=\"quiet\">A Kith home server at " + escape_html(server.site.domain) +
                              ". Sign in with the Kith app, or with any Mastodon app.</p></header>");
}

} // namespace

void register_web(Server& server)
{
    auto& router = server.router;
    router.add(Method::get, "/", Access::anyone(), [&](Request& request) { return front(server, request); });
    router.add(Method::get, "/tags/:name", Access::anyone(), [&](Request& request) { return hashtag(server, request); });
    router.add(Method::get, "/:handle", Access::anyone(), [&](Request& request) { return profile(server, request); });
    router.add(Method::get, "/:handle/:id", Access::anyone(), [&](Request& request) { return post(server, request); });
}

} // namespace kith::web
