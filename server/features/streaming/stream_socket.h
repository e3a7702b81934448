// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/streaming/stream_clients.h"

namespace kith::streaming {

/// The handlers of a WebSocket: subscribes to `first` at once when it names a stream, then does what the client says:
/// {"type": "subscribe" or "unsubscribe", "stream": …, "tag": …, "list": …}. What it may not have or cannot mean is
/// answered with {"error": …, "status": …}, and the socket stays open. `opened` is called when it is among the clients.
/// `clients` lives as long as the connection is served.
http::WebSocketHandlers handlers_for(Clients& clients, ClientPointer client, StreamName first,
                                     std::function<void()> opened);

/// The response of a client that takes events over HTTP.
http::Response events_for(Clients& clients, ClientPointer client, Subscription subscription,
                          std::function<void()> opened);

} // namespace kith::streaming
