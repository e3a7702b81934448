// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/notifications/notification.h"
#include "server/features/notifications/notification_events.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

#include <algorithm>

namespace kith::notifications {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// types[], exclude_types[] and account_id. Types that are not here yet are as good as none.
Result<Filter> parse_filter(const http::Params& params)
{
    Filter filter;
    const auto types = params.all("types");
    const auto excluded = params.all("exclude_types");
    const auto names = [](const std::vector<std::string>& list, Kind kind) {
        return std::find(list.begin(), list.end(), to_string(kind)) != list.end();
    };
    std::erase_if(filter.kinds, [&](Kind kind) { return (!types.empty() && !names(types, kind)) || names(excluded, kind); });
    if (const auto from = params.find("account_id"); from && !from->empty()) {
        const auto id = AccountId::parse(*from);
        if (!id)
            return fail(Errc::invalid, "account_id is not an id.");
        filter.from = *id;
    }
    return filter;
}

awaitable<Result<Response>> index(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    CO_TRY(auto page, features::parse_page(params, 40, 80));
    CO_TRY(const auto filter, parse_filter(params));
    const auto me = auth::account(request);
    std::int64_t newest = 0;
    std::int64_t oldest = 0;
    auto work = [&](Tx& tx) -> Result<json::array> {
        const auto found = list(tx, me, page, filter);
        if (!found.empty()) {
            newest = found.front().id.value;
            oldest = found.back().id.value;
        }
        json::array out;
        for (const auto& item : render(tx, me, found))
            out.push_back(api::to_json(item));
        return out;
    };
    CO_TRY(auto body, co_await server.database.read(work));
    auto response = http::json_response(200, body);
    if (newest != 0)
        response.headers.set("Link", features::link_header(server.site, request, newest, oldest));
    co_return response;
}

awaitable<Result<Response>> show(Server& server, Request& request)
{
    CO_TRY(auto id, NotificationId::parse(request.param("id")));
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<json::object> {
        const auto found = find(tx, id);
        if (found && found->account_id == me)
            if (const auto rendered = render(tx, me, {*found}); !rendered.empty())
                return api::to_json(rendered.front());
        return fail(Errc::not_found, "Record not found");
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> dismiss_one(Server& server, Request& request)
{
    CO_TRY(auto id, NotificationId::parse(request.param("id")));
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<void> {
        dismiss(tx, me, id);
        return {};
    };
    CO_TRY_VOID(co_await server.database.write(work));
    co_return http::json_response(200, json::object{});
}

awaitable<Result<Response>> clear_all(Server& server, Request& request)
{
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<void> {
        clear(tx, me);
        return {};
    };
    CO_TRY_VOID(co_await server.database.write(work));
    co_return http::json_response(200, json::object{});
}

} // namespace

void register_notifications(Server& server)
{
    subscribe(server.events);
    register_notification_streaming(server);
    server.router.add(Method::get, "/api/v1/notifications", Access::user("read:notifications"),
                      [&](Request& request) { return index(server, request); });
    server.router.add(Method::get, "/api/v1/notifications/:id", Access::user("read:notifications"),
                      [&](Request& request) { return show(server, request); });
    server.router.add(Method::post, "/api/v1/notifications/:id/dismiss", Access::user("write:notifications"),
                      [&](Request& request) { return dismiss_one(server, request); });
    server.router.add(Method::post, "/api/v1/notifications/clear", Access::user("write:notifications"),
                      [&](Request& request) { return clear_all(server, request); });
}

} // namespace kith::notifications
