// SPDX-License-Identifier: Apache-2.0
// WebSocket over TLS.
#include "server/http/websocket_session.h"

namespace kith::http {

void serve_websocket(TlsStream stream, const Request& request, WebSocketHandlers handlers, Kept kept)
{
    std::make_shared<WebSocketSession<TlsStream>>(std::move(stream), std::move(handlers), std::move(kept))->start(request);
}

} // namespace kith::http
