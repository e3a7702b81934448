// SPDX-License-Identifier: Apache-2.0
#include "server/features/follows/follow_routes.h"

#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/follows/follow.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

namespace kith::follows {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t k_most_relationships = 40;

Result<json::object> relationship(Tx& tx, AccountId me, AccountId other)
{
    return api::to_json(relationships(tx, me, {other}).at(0));
}

Result<Account> find_account(Tx& tx, AccountId id)
{
    auto account = accounts::find(tx, id);
    if (!account || account->username == accounts::k_instance_actor)
        return fail(Errc::not_found, "Record not found");
    return std::move(*account);
}

awaitable<Result<Response>> follow_account(Server& server, Request& request)
{
    CO_TRY(auto id, AccountId::parse(request.param("id")));
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto account, find_account(tx, me));
        TRY(const auto target, find_account(tx, id));
        TRY_VOID(follow(tx, account, target));
        return relationship(tx, me, id);
    };
    CO_TRY(auto body, co_await server.database.write(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> unfollow_account(Server& server, Request& request)
{
    CO_TRY(auto id, AccountId::parse(request.param("id")));
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto account, find_account(tx, me));
        TRY(const auto target, find_account(tx, id));
        TRY_VOID(remove(tx, account, target, EndedBy::follower));
        return relationship(tx, me, id);
    };
    CO_TRY(auto body, co_await server.database.write(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> show_relationships(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    std::vector<AccountId> ids;
    for (const auto& text : params.all("id"))
        if (const auto id = AccountId::parse(text); id && ids.size() < k_most_relationships)
            ids.push_back(*id);
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<json::array> {
        const auto known = accounts::find_many(tx, {ids.begin(), ids.end()});
        std::erase_if(ids, [&](AccountId id) { return !known.contains(id); });
        json::array out;
        for (const auto& item : relationships(tx, me, ids))
            out.push_back(api::to_json(item));
        return out;
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> show_list(Server& server, Request& request, Side side)
{
    CO_TRY(auto id, AccountId::parse(request.param("id")));
    CO_TRY(auto params, request.params());
    CO_TRY(auto page, features::parse_page(params, 40, 80));
    std::int64_t newest = 0;
    std::int64_t oldest = 0;
    auto work = [&](Tx& tx) -> Result<json::array> {
        TRY_VOID(find_account(tx, id));
        const auto listed = list(tx, id, side, page);
        std::set<AccountId> ids;
        for (const auto& entry : listed)
            ids.insert(entry.account);
        const auto found = accounts::find_many(tx, ids);
        json::array out;
        for (const auto& entry : listed)
            if (const auto it = found.find(entry.account); it != found.end())
                out.push_back(api::to_json(accounts::render(tx.site(), it->second)));
        if (!listed.empty()) {
            newest = listed.front().cursor;
            oldest = listed.back().cursor;
        }
        return out;
    };
    CO_TRY(auto body, co_await server.database.read(work));
    auto response = http::json_response(200, body);
    if (newest != 0)
        response.headers.set("Link", features::link_header(server.site, request, newest, oldest));
    co_return response;
}

} // namespace

void register_follows(Server& server)
{
    auto& router = server.router;
    router.add(Method::post, "/api/v1/accounts/:id/follow", Access::user("write:follows"),
               [&](Request& request) { return follow_account(server, request); });
    router.add(Method::post, "/api/v1/accounts/:id/unfollow", Access::user("write:follows"),
               [&](Request& request) { return unfollow_account(server, request); });
    router.add(Method::get, "/api/v1/accounts/relationships", Access::user("read:follows"),
               [&](Request& request) { return show_relationships(server, request); });
    router.add(Method::get, "/api/v1/accounts/:id/followers", Access::optional_user("read:accounts"),
               [&](Request& request) { return show_list(server, request, Side::followers); });
    router.add(Method::get, "/api/v1/accounts/:id/following", Access::optional_user("read:accounts"),
               [&](Request& request) { return show_list(server, request, Side::following); });
    register_follow_federation(server);
}

} // namespace kith::follows
