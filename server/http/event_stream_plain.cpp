// SPDX-License-Identifier: Apache-2.0
// Server-sent events without TLS.
#include "server/http/event_stream_session.h"

namespace kith::http {

void serve_events(PlainStream stream, OpenedEvents opened, Kept kept)
{
    std::make_shared<EventStreamSession<PlainStream>>(std::move(stream), std::move(opened), std::move(kept))->start();
}

} // namespace kith::http
