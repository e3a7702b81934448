// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"
#include "server/features/support/server.h"
#include "server/features/streaming/hub.h"
#include "server/features/streaming/streaming.h"
#include "server/http/router.h"

namespace kith::streaming {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Request;

namespace {

awaitable<Result<http::WebSocketHandlers>> open(Server& server, Request& request)
{
    CO_TRY(auto params, http::Params::parse(request.query));
    const auto stream = params.find("stream").value_or("");
    if (!stream.empty() && !Hub::knows(stream))
        co_return fail(Errc::invalid, "Unknown stream type");
    co_return server.streams.accept(auth::account(request), stream);
}

awaitable<Result<http::Response>> health(Request&)
{
    co_return http::text_response(200, "OK");
}

} // namespace

void register_streaming(Server& server)
{
    server.router.add_websocket("/api/v1/streaming", Access::user("read:statuses"),
                                [&](Request& request) { return open(server, request); });
    server.router.add(http::Method::get, "/api/v1/streaming/health", Access::anyone(), health);
}

} // namespace kith::streaming
