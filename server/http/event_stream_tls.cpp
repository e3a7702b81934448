// SPDX-License-Identifier: Apache-2.0
// Server-sent events over TLS.
#include "server/http/event_stream_session.h"

namespace kith::http {

void serve_events(TlsStream stream, OpenedEvents opened, Kept kept)
{
    std::make_shared<EventStreamSession<TlsStream>>(std::move(stream), std::move(opened), std::move(kept))->start();
}

} // namespace kith::http
