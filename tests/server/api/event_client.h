// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/http_client.h"
#include "tests/support/tls_socket.h"

#include <optional>
#include <string>

namespace kith::tests {

/// A blocking client of server-sent events.
class EventClient {
public:
    /// Asks with the client's token. Throws std::runtime_error unless the answer is 200.
    EventClient(const HttpClient& client, const std::string& path);

    /// The next event; comments are counted. Nothing when there is none in time or the stream has ended.
    std::optional<StreamEvent> receive(std::chrono::milliseconds within = k_patience);
    int comments() const { return m_comments; }
    /// The server has ended the stream as HTTP wants it.
    bool ended() const { return m_ended; }
    const std::string& head() const { return m_head; }

private:
    std::optional<std::string> read_line(std::chrono::steady_clock::time_point deadline);

    TlsSocket m_socket;
    std::string m_head;
    std::string m_raw;  ///< chunks
    std::string m_text; ///< what was in them
    int m_comments = 0;
    bool m_ended = false;
};

} // namespace kith::tests
