// SPDX-License-Identifier: Apache-2.0
// WebSocket over TLS.
#include "server/http/websocket_session.h"

namespace kith::http {

awaitable<void> serve_websocket(TlsStream stream, Request request, WebSocketHandlers handlers,
                                std::shared_ptr<Shared> shared)
{
    auto session = std::make_shared<WebSocketSession<TlsStream>>(std::move(stream), std::move(handlers),
                                                                 std::move(shared));
    co_await session->run(session, std::move(request));
}

} // namespace kith::http
