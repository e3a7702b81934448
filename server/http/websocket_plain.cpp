// SPDX-License-Identifier: Apache-2.0
// WebSocket without TLS.
#include "server/http/websocket_session.h"

namespace kith::http {

void serve_websocket(PlainStream stream, const Request& request, WebSocketHandlers handlers, Kept kept)
{
    std::make_shared<WebSocketSession<PlainStream>>(std::move(stream), std::move(handlers), std::move(kept))->start(request);
}

} // namespace kith::http
