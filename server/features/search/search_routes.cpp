// SPDX-License-Identifier: Apache-2.0
#include "common/api/search.h"
#include "federation/discovery/handle.h"
#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/features/federation/peers.h"
#include "server/features/search/search.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

namespace kith::search {

using accounts::Account;
using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t k_longest_query = 2048;

/// A name without a host is one of ours.
Result<std::optional<Account>> find_known(Tx& tx, const std::string& text)
{
    if (text.starts_with("https://") || text.starts_with("http://")) {
        const auto page = tx.site().uri("/@");
        if (text.starts_with(page))
            return accounts::find_by_handle(tx, text.substr(page.size()), {});
        return accounts::find_by_uri(tx, text);
    }
    if (const auto handle = discovery::parse_handle(text))
        return accounts::find_by_handle(tx, handle->name, handle->domain);
    return accounts::find_by_handle(tx, text.starts_with('@') ? text.substr(1) : text, {});
}

awaitable<Result<Account>> ask(Server& server, std::string text)
{
    if (text.starts_with("https://") || text.starts_with("http://"))
        co_return co_await server.peers.fetch_actor(text);
    CO_TRY(const auto handle, discovery::parse_handle(text));
    co_return co_await server.peers.resolve(handle);
}

awaitable<Result<Response>> run(Server& server, Request& request)
{
    CO_TRY(const auto params, request.params());
    auto text = params.find("q").value_or("");
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    while (!text.empty() && text.front() == ' ')
        text.erase(0, 1);
    if (text.empty() || text.size() > k_longest_query)
        co_return fail(Errc::invalid, "A search needs 1 to 2048 characters.");
    const auto type = params.find("type").value_or("accounts");
    const auto resolve = params.find("resolve").value_or("");
    api::Search out;
    if (type == "accounts") {
        auto look = [&](Tx& tx) { return find_known(tx, text); };
        CO_TRY(auto found, co_await server.database.read(look));
        // Only the signed-in make us ask other servers, else anybody could use us as a prober.
        if (!found && auth::viewer(request) && (resolve == "true" || resolve == "1") && server.config.federation.enabled) {
            auto asked = co_await ask(server, text);
            if (asked)
                found = std::move(*asked);
            else if (asked.error().code == Errc::unavailable)
                co_return fail(Errc::unavailable, "The other server does not answer at the moment.", asked.error().cause);
        }
        if (found && !found->suspended_at && found->username != accounts::k_instance_actor)
            out.accounts.push_back(accounts::render(server.site, *found));
    }
    co_return http::json_response(200, api::to_json(out));
}

} // namespace

void register_search(Server& server)
{
    server.router.add(Method::get, "/api/v2/search", Access::optional_user("read:search"),
                      [&](Request& request) { return run(server, request); }, http::RouteClass::search);
}

} // namespace kith::search
