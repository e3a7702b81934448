// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"
#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/features/timelines/timeline.h"
#include "server/http/router.h"

namespace kith::timelines {

using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;
using statuses::Feed;
using statuses::FeedFilter;

namespace {

bool is_true(const http::Params& params, const char* name)
{
    const auto value = params.find(name);
    return value && (*value == "true" || *value == "1");
}

awaitable<Result<Response>> respond(Server& server, Request& request, FeedFilter filter)
{
    CO_TRY(auto params, request.params());
    CO_TRY(auto page, features::parse_page(params, 20, 40));
    const statuses::Viewer viewer{auth::viewer(request)};
    std::int64_t newest = 0;
    std::int64_t oldest = 0;
    auto work = [&](Tx& tx) -> Result<std::string> {
        const auto found = statuses::list(tx, viewer, filter, page);
        if (!found.empty()) {
            newest = found.front().id.value;
            oldest = found.back().id.value;
        }
        json::array out;
        for (const auto& status : statuses::render(tx, viewer, found))
            out.push_back(api::to_json(status));
        return to_text(out);
    };
    CO_TRY(auto body, co_await server.database.read(work));
    Response response{200, "application/json; charset=utf-8", std::move(body)};
    if (newest != 0)
        response.headers.set("Link", features::link_header(server.site, request, newest, oldest));
    co_return response;
}

awaitable<Result<Response>> home(Server& server, Request& request)
{
    FeedFilter filter;
    filter.feed = Feed::home;
    filter.account = auth::account(request);
    co_return co_await respond(server, request, filter);
}

awaitable<Result<Response>> public_timeline(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    FeedFilter filter;
    filter.feed = is_true(params, "local") ? Feed::public_local : is_true(params, "remote") ? Feed::public_remote : Feed::public_all;
    // There are no media yet: a timeline of only those is empty, not an error.
    if (is_true(params, "only_media"))
        co_return http::json_response(200, json::array{});
    co_return co_await respond(server, request, filter);
}

awaitable<Result<Response>> hashtag_timeline(Server& server, Request& request)
{
    FeedFilter filter;
    filter.feed = Feed::hashtag;
    filter.tag = text::fold(request.param("hashtag"));
    co_return co_await respond(server, request, filter);
}

awaitable<Result<Response>> account_timeline(Server& server, Request& request)
{
    CO_TRY(auto id, AccountId::parse(request.param("id")));
    CO_TRY(auto params, request.params());
    auto exists = [&](Tx& tx) -> Result<void> {
        if (!accounts::find(tx, id))
            return fail(Errc::not_found, "Record not found");
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(exists));
    if (is_true(params, "pinned") || is_true(params, "only_media"))
        co_return http::json_response(200, json::array{});
    FeedFilter filter;
    filter.feed = Feed::account;
    filter.account = id;
    filter.exclude_replies = is_true(params, "exclude_replies");
    co_return co_await respond(server, request, filter);
}

} // namespace

void register_timelines(Server& server)
{
    register_timeline_streaming(server);
    auto& router = server.router;
    router.add(Method::get, "/api/v1/timelines/home", Access::user("read:statuses"),
               [&](Request& request) { return home(server, request); });
    router.add(Method::get, "/api/v1/timelines/public", Access::optional_user("read:statuses"),
               [&](Request& request) { return public_timeline(server, request); });
    router.add(Method::get, "/api/v1/timelines/tag/:hashtag", Access::optional_user("read:statuses"),
               [&](Request& request) { return hashtag_timeline(server, request); });
    router.add(Method::get, "/api/v1/accounts/:id/statuses", Access::optional_user("read:statuses"),
               [&](Request& request) { return account_timeline(server, request); });
}

} // namespace kith::timelines
