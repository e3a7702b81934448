// SPDX-License-Identifier: Apache-2.0
#include "server/http/response_head.h"

#include "common/base/time.h"
#include "server/http/syntax.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::http {

namespace {

/// The date changes once a second; each thread keeps its own.
std::string_view date_now()
{
    thread_local std::int64_t second = -1;
    thread_local std::string text;
    const auto now = SystemClock{}.now();
    const auto current = to_ms(now) / 1000;
    if (current != second) {
        second = current;
        text = to_http_date(now);
    }
    return text;
}

void add_number(std::string& out, std::size_t number)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void add_field(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

/// Ours to write, whatever a handler says.
bool is_framing(std::string_view name)
{
    return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") ||
           iequals(name, "Connection") || iequals(name, "Date") || iequals(name, "Server");
}

bool is_safe(std::string_view name, std::string_view value)
{
    return is_token(name) && !has_control(value);
}

void add_security(std::string& out, const Headers& headers)
{
    const auto add_unless_set = [&](std::string_view name, std::string_view value) {
        if (!headers.find(name))
            add_field(out, name, value);
    };
    add_unless_set("X-Content-Type-Options", "nosniff");
    add_unless_set("Referrer-Policy", "same-origin");
    add_unless_set("X-Frame-Options", "DENY");
    const auto type = headers.find("Content-Type").value_or("");
    if (!iequals(type.substr(0, 9), "text/html")) // pages say themselves what they load
        add_unless_set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

} // namespace

void write_head(std::string& out, const Response& response, const HeadOptions& options)
{
    out.clear();
    out.append("HTTP/1.1 ");
    add_number(out, static_cast<std::size_t>(std::clamp(response.status, 200, 599)));
    out.append(" ").append(reason_of(response.status)).append("\r\n");
    add_field(out, "Date", date_now());
    for (const auto& [name, value] : response.headers.all())
        if (!is_framing(name) && is_safe(name, value))
            add_field(out, name, value);
    add_security(out, response.headers);
    if (!response.headers.find("X-Request-Id"))
        add_field(out, "X-Request-Id", options.request_id);
    // RFC 9110, 8.6: no Content-Length with 204; with 304 only what a 200 would have had.
    if (response.events) {
        if (!options.http_1_0) // else the end of the connection is the end of the body
            add_field(out, "Transfer-Encoding", "chunked");
    } else if (response.status != 204 && response.status != 304) {
        out.append("Content-Length: ");
        add_number(out, response.file.file ? response.file.length : response.body.size());
        out.append("\r\n");
    }
    if (response.status == 503 && !response.headers.find("Retry-After"))
        add_field(out, "Retry-After", "5");
    if (!options.keep_alive)
        add_field(out, "Connection", "close");
    else if (options.http_1_0)
        add_field(out, "Connection", "keep-alive");
    out.append("\r\n");
}

} // namespace kith::http
