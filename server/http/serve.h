// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/connection.h"
#include "server/http/streams.h"

#include <memory>

/// The instantiations per kind of connection, each in a file of its own.
namespace kith::http {

/// Takes the connection over; comes back at once. The socket's executor is its strand.
void serve_plain(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared);
void serve_tls(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared,
               std::shared_ptr<boost::asio::ssl::context> context);

/// What a connection takes along when it leaves its session.
struct Kept {
    std::shared_ptr<Shared> shared;
    std::shared_ptr<boost::asio::ssl::context> context; ///< null: plain
    AddressCount::Place place;
};

/// Answers the upgrade, and keeps the WebSocket open. All four come back at once; on the connection's strand.
void serve_websocket(PlainStream stream, const Request& request, WebSocketHandlers handlers, Kept kept);
void serve_websocket(TlsStream stream, const Request& request, WebSocketHandlers handlers, Kept kept);

/// A response with an EventStream, its head not sent yet.
struct OpenedEvents {
    std::string head;
    bool chunked = true; ///< not for HTTP/1.0
    std::shared_ptr<EventStream> events;
};
void serve_events(PlainStream stream, OpenedEvents opened, Kept kept);
void serve_events(TlsStream stream, OpenedEvents opened, Kept kept);

} // namespace kith::http
