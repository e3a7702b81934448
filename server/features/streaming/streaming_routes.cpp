// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"
#include "server/auth/scopes.h"
#include "server/db/database.h"
#include "server/features/streaming/hub.h"
#include "server/features/streaming/stream_socket.h"
#include "server/features/streaming/streaming.h"
#include "server/features/support/server.h"
#include "server/http/client_key.h"
#include "server/http/router.h"

#include <array>

namespace kith::streaming {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

Listener listener_of(const Request& request)
{
    const auto& identity = auth::identity(request);
    return Listener{*identity.account, identity.token, auth::covers(identity.scopes, "read:statuses"),
                    auth::covers(identity.scopes, "read:notifications")};
}

/// The token may have been revoked after it was looked at and before the client was there to be told: look again then.
std::function<void()> check_of(Server& server, const ClientPointer& client)
{
    return [&hub = server.streams, about = "token:" + client->listener.token.to_string()] {
        hub.post(k_access, about);
    };
}

Result<ClientPointer> admit(Server& server, const Request& request, Transport transport)
{
    return server.streams.clients().admit(listener_of(request), http::client_key(request.peer_address), transport);
}

awaitable<Result<http::WebSocketHandlers>> open(Server& server, Request& request)
{
    CO_TRY(auto params, http::Params::parse(request.query));
    CO_TRY(auto client, admit(server, request, Transport::websocket));
    StreamName first;
    first.stream = params.find("stream").value_or("");
    first.tag = params.find("tag").value_or("");
    first.list = params.find("list").value_or("");
    auto opened = check_of(server, client);
    co_return handlers_for(server.streams.clients(), std::move(client), std::move(first), std::move(opened));
}

awaitable<Result<Response>> listen(Server& server, const char* stream, Request& request)
{
    CO_TRY(auto params, http::Params::parse(request.query));
    StreamName name;
    name.stream = stream;
    name.tag = params.find("tag").value_or("");
    name.list = params.find("list").value_or("");
    const auto media = params.find("only_media").value_or("");
    if (name.stream.starts_with("public") && (media == "true" || media == "1"))
        name.stream += ":media";
    CO_TRY(auto subscription, find_subscription(listener_of(request), name));
    CO_TRY(auto client, admit(server, request, Transport::events));
    auto opened = check_of(server, client);
    co_return events_for(server.streams.clients(), std::move(client), std::move(subscription),
                         std::move(opened));
}

awaitable<Result<Response>> health(Request&)
{
    co_return http::text_response(200, "OK");
}

struct EventRoute {
    const char* path;
    const char* stream;
};
constexpr std::array k_routes{
    EventRoute{"user", "user"},
    EventRoute{"user/notification", "user:notification"},
    EventRoute{"public", "public"},
    EventRoute{"public/local", "public:local"},
    EventRoute{"public/remote", "public:remote"},
    EventRoute{"hashtag", "hashtag"},
    EventRoute{"hashtag/local", "hashtag:local"},
    EventRoute{"list", "list"},
    EventRoute{"direct", "direct"},
};

} // namespace

void register_streaming(Server& server)
{
    server.streams.listen(server.database.notices());
    watch_access(server);
    auto& router = server.router;
    // A socket may carry several streams, and each asks for its scope; Mastodon's own web client asks for the address
    // with a slash at its end.
    for (const auto* path : {"/api/v1/streaming", "/api/v1/streaming/"})
        router.add_websocket(path, Access::user("read:statuses read:notifications"),
                             [&](Request& request) { return open(server, request); });
    for (const auto& route : k_routes) {
        const bool alerts = std::string_view{route.stream} == "user:notification";
        const auto access = Access::user(alerts ? "read:notifications" : "read:statuses");
        router.add(
            Method::get, std::string{"/api/v1/streaming/"} + route.path, access,
            [&server, stream = route.stream](Request& request) { return listen(server, stream, request); },
            http::RouteClass::streaming);
    }
    router.add(Method::get, "/api/v1/streaming/health", Access::anyone(), health);
}

} // namespace kith::streaming
