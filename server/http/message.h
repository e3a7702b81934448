// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/result.h"

#include <boost/asio/awaitable.hpp>

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP in plain types: everything outside server/http sees these, and no Beast.
namespace kith::http {

using boost::asio::awaitable;

enum class Method { get, head, post, put, patch, del, options };
const char* to_string(Method method);

/// Header fields in order of arrival; names compare without case.
class Headers {
public:
    void add(std::string name, std::string value)
    {
        m_fields.emplace_back(std::move(name), std::move(value));
    }
    /// Replaces all of that name.
    void set(std::string name, std::string value);
    void remove(std::string_view name);
    /// Keeps the memory of a usual number of fields.
    void clear();
    /// The first of that name, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return m_fields; }

private:
    std::vector<std::pair<std::string, std::string>> m_fields;
};

/// Decoded name=value pairs, in order, of a query string or a form. `a[]=1&a[]=2` gives the name "a[]" twice.
class Params {
public:
    /// Percent-decodes; at most 256 pairs. `malformed` for bad escapes or text that is not UTF-8.
    static Result<Params> parse(std::string_view encoded);

    void add(std::string name, std::string value)
    {
        m_pairs.emplace_back(std::move(name), std::move(value));
    }
    std::optional<std::string> find(std::string_view name) const;
    /// All of `name` and of `name[]`.
    std::vector<std::string> all(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& pairs() const { return m_pairs; }

private:
    std::vector<std::pair<std::string, std::string>> m_pairs;
};

struct Request {
    Method method = Method::get;
    std::string target; ///< as sent: path and query
    std::string path;   ///< percent-decoded; no "..", no NUL
    std::string query;  ///< as sent, without "?"
    Headers headers;
    std::string body;
    std::string peer_address; ///< the client's, after trusted proxies
    bool secure = false;      ///< arrived over TLS, ours or a trusted proxy's
    bool via_proxy = false;   ///< the connection is a trusted proxy's, whose word about ids and traces counts
    std::string id;           ///< X-Request-Id
    std::vector<std::pair<std::string, std::string>> path_params; ///< filled by the router
    std::any identity; ///< who asks (auth::Identity), put here by the router's authenticator
    std::chrono::seconds retry_after{0}; ///< set by who refuses with 429 or 503: when to come back; 0: not known

    /// The path parameter `:name` of the route. Asking for one the route does not have is a bug.
    const std::string& param(std::string_view name) const;
    /// Empty again, with its memory for the next request, but not more than a usual one needs.
    void clear();
    /// The body alone.
    void clear_body();
    /// Parameters of the query string, and of the body where it is a form or a JSON object (members become strings,
    /// lists become `name[]`, nested objects `a[b]`); a file part is not read here. Later ones are added after
    /// earlier ones: query, then body.
    Result<Params> params() const;
    /// The body as JSON (depth 32).
    Result<json::value> json_body() const;
};

class OpenFile;

/// A part of a file, sent instead of a body (see file_response in open_file.h).
struct FilePart {
    std::shared_ptr<const OpenFile> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct EventStream;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    FilePart file; ///< where there is one, `body` is empty
    std::shared_ptr<EventStream> events; ///< instead of a body: the response has no end

    Response() = default;
    Response(int status_code, std::string content_type, std::string content);
};

Response json_response(int status, const json::value& body);
Response text_response(int status, std::string text);
Response html_response(int status, std::string html);
Response redirect_response(int status, std::string location);
/// {"error": message, "error_description": message}, status by the table in errors.cpp; the cause is not shown.
Response error_response(const Error& error);
int status_of(Errc code);

/// Where features send what nobody asked for just now: a WebSocket, or the response of an EventStream. Any thread may
/// send or close; frames that do not fit the bounded queue (256 frames or 1 MiB) close the connection. May be kept
/// longer than the connection lives, and then does nothing.
class FrameSink {
public:
    virtual ~FrameSink() = default;
    /// On an EventStream a frame is what event_frame() made.
    virtual void send(std::shared_ptr<const std::string> frame) = 0;
    /// After the frames that wait. `code` and `reason` are for WebSockets (RFC 6455, 7.4).
    virtual void close(std::uint16_t code, std::string reason) = 0;
};
using WebSocket = FrameSink;

/// What a feature does with an accepted WebSocket. Called on the connection's strand, one at a time.
struct WebSocketHandlers {
    /// Before the client is told that it is connected: what it subscribes to here, it misses nothing of.
    std::function<void(std::shared_ptr<WebSocket>)> on_open;
    std::function<void(std::string_view)> on_text;
    std::function<void()> on_close; ///< once, always, after on_open
};

/// Server-sent events (WHATWG HTML, 9.2): the head goes out, then frames as they come, and a comment now and then. Ends
/// when either side closes, and when the server stops. Called on the connection's strand.
struct EventStream {
    std::function<void(std::shared_ptr<FrameSink>)> on_open; ///< before the head goes out
    std::function<void()> on_close;                          ///< once, always, after on_open
};
/// 200, text/event-stream, not to be stored or buffered by anybody on the way.
Response event_response(EventStream stream);
/// One event as bytes that any number of streams share: a chunk of HTTP/1.1 (RFC 9112, 7.1).
std::shared_ptr<const std::string> event_frame(std::string_view event, std::string_view data);

} // namespace kith::http
