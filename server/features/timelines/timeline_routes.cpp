// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"
#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status_cache.h"
#include "server/features/timelines/home_changes.h"
#include "server/features/timelines/home_feeds.h"
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

std::vector<StatusId> ids_of(const std::vector<statuses::Status>& found)
{
    std::vector<StatusId> ids;
    ids.reserve(found.size());
    for (const auto& status : found)
        ids.push_back(status.id);
    return ids;
}

Response page_response(Server& server, const Request& request, std::string body, const std::vector<StatusId>& ids)
{
    Response response{200, "application/json; charset=utf-8", std::move(body)};
    if (!ids.empty())
        response.headers.set("Link", features::link_header(server.site, request, ids.front().value, ids.back().value));
    return response;
}

awaitable<Result<Response>> respond(Server& server, Request& request, FeedFilter filter)
{
    CO_TRY(auto params, request.params());
    CO_TRY(auto page, features::parse_page(params, 20, 40));
    const statuses::Viewer viewer{auth::viewer(request)};
    const auto ticket = server.status_cache.ticket();
    std::vector<StatusId> ids;
    auto work = [&](Tx& tx) -> Result<std::string> {
        const auto found = statuses::list(tx, viewer, filter, page);
        ids = ids_of(found);
        return server.status_cache.write(tx, ticket, viewer, found);
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return page_response(server, request, std::move(body), ids);
}

/// From the feeds and bodies in memory alone; else from the database, to be found in memory the next time.
awaitable<Result<Response>> home(Server& server, Request& request)
{
    CO_TRY(auto params, http::Params::parse(request.query));
    CO_TRY(auto page, features::parse_page(params, 20, 40));
    const auto me = auth::account(request);
    const statuses::Viewer viewer{me};
    auto& feeds = server.home_feeds;
    // Who comes back to a stream reads so: what another server wrote a moment ago has to be there, for this stream may have heard
    // of it before it was open, and this process not yet (docs/api.md, "Coming back").
    const bool must_be_whole = page.min_id && server.database.is_shared();
    const auto kept = must_be_whole ? std::nullopt : feeds.page(me, page);
    if (kept)
        if (auto body = server.status_cache.write(viewer, *kept))
            co_return page_response(server, request, std::move(*body), *kept);

    FeedFilter filter;
    filter.feed = Feed::home;
    filter.account = me;
    const auto ticket = server.status_cache.ticket();
    const auto feed_ticket = feeds.ticket();
    const bool needs_following = !feeds.knows_following(me);
    HomeFeeds::Found found;
    std::optional<std::vector<AccountId>> followed;
    auto work = [&](Tx& tx) -> Result<std::string> {
        if (needs_following)
            followed = following(tx, me);
        const auto listed = statuses::list_page(tx, viewer, filter, page);
        found.ids = ids_of(listed.statuses);
        found.whole = listed.whole;
        return server.status_cache.write(tx, ticket, viewer, listed.statuses);
    };
    CO_TRY(auto body, co_await server.database.read(work));
    feeds.learn(me, feed_ticket, page, found, std::move(followed));
    co_return page_response(server, request, std::move(body), found.ids);
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
    announce_changes(server.events); // first: who hears of a change and asks again must not be answered from before
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
