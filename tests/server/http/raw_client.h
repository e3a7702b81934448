// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace kith::tests {

/// A client that sends exactly what a test says, over a blocking socket. Every wait ends after 10 s with
/// std::runtime_error.
class RawClient {
public:
    /// How much its socket takes in by itself. Narrow: a few KiB, so that a server soon waits for whoever does not read.
    enum class Window { usual, narrow };
    /// `source`: which address of loopback it comes from.
    explicit RawClient(std::uint16_t port, const char* source = "127.0.0.1", Window window = Window::usual);
    /// Through a Unix socket.
    explicit RawClient(const std::filesystem::path& path);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// A peer that has closed is no error: the answer tells.
    void send(std::string_view bytes);
    void shutdown_send();

    /// One whole answer. Status 0: the connection was closed before one began.
    http::Response read_answer(bool to_head = false);
    /// The status of the first answer, 0 when there is none.
    int status_of(std::string_view request);
    /// Waits for the end of the connection; what came before it.
    std::string read_to_end();
    /// At least `count` bytes, or fewer when the connection ends.
    std::string read_bytes(std::size_t count);

private:
    bool fill();

    int m_socket;
    std::string m_buffer;
};

} // namespace kith::tests
