// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/connection.h"
#include "server/http/streams.h"

#include <memory>

/// The four instantiations, each in a file of its own.
namespace kith::http {

/// Takes the connection over; comes back at once. The socket's executor is its strand.
void serve_plain(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared);
void serve_tls(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared,
               std::shared_ptr<boost::asio::ssl::context> context);

/// Answers the upgrade and stays until the WebSocket is closed.
awaitable<void> serve_websocket(PlainStream stream, Request request, WebSocketHandlers handlers,
                                std::shared_ptr<Shared> shared);
awaitable<void> serve_websocket(TlsStream stream, Request request, WebSocketHandlers handlers,
                                std::shared_ptr<Shared> shared);

} // namespace kith::http
