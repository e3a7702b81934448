// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QString>
#include <QUrl>

namespace kith::net {

/// Reads what a person typed as their home server: "hollow.town", "https://hollow.town/", "http://127.0.0.1:8080".
/// Without a scheme it is https. http only for loopback (127.0.0.0/8, ::1, localhost), so that no password crosses a
/// network in the clear. The answer has a scheme, a host, perhaps a port, and nothing else. Errors are sentences.
Result<QUrl> parse_server_address(const QString& typed);

/// The address of the streaming endpoint: wss: for https:, ws: for http:. `server` may also be the wss: or ws: address
/// that an instance names for its streams.
QUrl streaming_url(const QUrl& server);

/// Whether the address names this machine.
bool is_loopback(const QUrl& url);

/// "hollow.town" or "127.0.0.1:8080": what a person calls the server.
QString shown_host(const QUrl& server);

} // namespace kith::net
