// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Outbound HTTP behind one class (the only libcurl code).
namespace kith::fetch {

using boost::asio::awaitable;

/// What a client waits for does not queue behind deliveries.
enum class Priority { interactive, background };

struct Fetch {
    http::Method method = http::Method::get;
    std::string url; ///< http or https, no user, no password
    http::Headers headers;
    std::string body;
    std::size_t max_bytes = 1 << 20;          ///< of the answer, after decompression
    std::optional<std::chrono::milliseconds> timeout = {}; ///< of the whole exchange, redirects included; the options' when empty
    int max_redirects = 3;                    ///< GET only; anything else never follows
    Priority priority = Priority::background;
    /// Adds headers for one hop (a signature covers the address, so each redirect is signed anew). May be empty.
    std::function<awaitable<Result<void>>(const std::string& url, http::Headers& headers)> sign;
};

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
    std::string url; ///< of the last hop
};

struct FetcherOptions {
    std::string user_agent = "Kith";
    std::vector<std::string> allow_addresses; ///< CIDR ranges that the address guard lets through, for tests and private networks
    std::vector<std::string> connect_to; ///< "host:port:address:port", as curl's option; for split DNS and tests
    std::filesystem::path ca_file; ///< trusted besides the system's; empty: none
    bool allow_plain_http = false; ///< to addresses let through only
    std::chrono::milliseconds timeout{10000};
    unsigned max_connections = 256;
    unsigned max_per_host = 8;
};

/// One class for deliveries and fetches of every feature. http(s) only, proxy and netrc off, redirects followed by us
/// and re-signed, limits on size, time, redirects; no connection to loopback, private, link-local, multicast or
/// metadata addresses: the *connected* address is checked, whatever the name resolved to. Errors: `unavailable`
/// (worth a retry: DNS, connect, TLS handshake, time), `forbidden` (address guard, scheme), `too_large`, `invalid` (bad URL).
/// Any HTTP status is an Answer, not an error.
class Fetcher {
public:
    static Result<std::unique_ptr<Fetcher>> create(boost::asio::any_io_executor executor, FetcherOptions options);
    virtual ~Fetcher() = default;
    virtual awaitable<Result<Answer>> run(Fetch fetch) = 0;
    /// Ends what is under way with `unavailable`; later calls too.
    virtual void stop() = 0;
};

} // namespace kith::fetch
