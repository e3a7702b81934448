// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_head.h"

#include "server/http/syntax.h"
#include "server/http/target.h"

#include <algorithm>
#include <charconv>

namespace kith::http {

namespace {

constexpr std::size_t k_max_fields = 100;
constexpr std::size_t k_max_target = 8 << 10;
constexpr std::size_t k_max_method = 32;

Refusal bad(const char* message)
{
    return Refusal{400, message};
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct RequestLine {
    std::string_view method;
    std::string_view target;
};

/// What decides where the request ends and for whom it is, counted over all fields.
struct Counts {
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t encodings = 0;
    bool length_ok = true;
    bool encoding_ok = true;
    bool host_ok = true;
    bool says_close = false;
    bool says_keep_alive = false;
};

std::optional<Method> method_of(std::string_view name)
{
    for (const auto method : {Method::get, Method::post, Method::head, Method::put, Method::patch, Method::del, Method::options})
        if (name == to_string(method))
            return method;
    return std::nullopt;
}

std::optional<Refusal> parse_request_line(std::string_view line, RequestLine& parts, Framing& framing)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || last == first || line.find(' ', first + 1) != last)
        return bad("The request line is not valid.");
    parts.method = line.substr(0, first);
    parts.target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!is_token(parts.method) || parts.target.empty() || !std::all_of(parts.target.begin(), parts.target.end(), is_visible))
        return bad("The request line is not valid.");
    framing.http_1_0 = version == "HTTP/1.0";
    if (version == "HTTP/1.1" || framing.http_1_0)
        return std::nullopt;
    if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' && is_digit(version[7]))
        return Refusal{505, "This server speaks HTTP/1.1."};
    return bad("The request line is not valid.");
}

void note_length(Counts& counts, Framing& framing, std::string_view value)
{
    // One number and nothing else: not "5, 5", not "+5", not two fields, even when they agree.
    ++counts.lengths;
    counts.length_ok = counts.length_ok && !value.empty() && value.size() <= 18 && std::all_of(value.begin(), value.end(), is_digit);
    if (counts.length_ok)
        std::from_chars(value.data(), value.data() + value.size(), framing.length);
}

void note_field(Counts& counts, Framing& framing, std::string_view name, std::string_view value)
{
    if (iequals(name, "Host")) {
        ++counts.hosts;
        counts.host_ok = counts.host_ok && is_host(value);
    } else if (iequals(name, "Content-Length")) {
        note_length(counts, framing, value);
    } else if (iequals(name, "Transfer-Encoding")) {
        ++counts.encodings;
        counts.encoding_ok = counts.encoding_ok && iequals(value, "chunked");
    } else if (iequals(name, "Connection")) {
        counts.says_close = counts.says_close || list_has(value, "close");
        counts.says_keep_alive = counts.says_keep_alive || list_has(value, "keep-alive");
    }
}

std::optional<Refusal> parse_field(std::string_view line, Request& request, Counts& counts, Framing& framing)
{
    const auto colon = line.find(':');
    // A line that begins with a space continues the one before (obs-fold, RFC 9112, 5.2); a space before the colon
    // makes a different name for different readers (5.1). Neither is a token.
    if (colon == line.npos || !is_token(line.substr(0, colon)))
        return bad("A header field is not valid.");
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (has_control(value))
        return bad("A header field has a control character.");
    note_field(counts, framing, name, value);
    request.headers.add(std::string{name}, std::string{value});
    return std::nullopt;
}

std::optional<Refusal> check_framing(const Counts& counts, Framing& framing)
{
    if (counts.hosts > 1 || !counts.host_ok || (!framing.http_1_0 && counts.hosts == 0))
        return bad("The request must name one host.");
    if (counts.lengths > 1 || !counts.length_ok)
        return bad("The Content-Length is not valid.");
    framing.chunked = counts.encodings != 0;
    if (framing.chunked && (counts.encodings > 1 || !counts.encoding_ok || framing.http_1_0 || counts.lengths > 0))
        return bad("The Transfer-Encoding is not valid here.");
    framing.keep_alive = !counts.says_close && (!framing.http_1_0 || counts.says_keep_alive);
    return std::nullopt;
}

} // namespace

HeadScan scan_head(std::string_view data, std::size_t seen)
{
    HeadScan scan;
    std::size_t at = seen;
    for (;;) {
        const auto newline = data.find('\n', at);
        if (newline == data.npos)
            break;
        if (newline == 0 || data[newline - 1] != '\r') {
            scan.broken = true;
            return scan;
        }
        at = newline + 1;
        if (newline >= 3 && data[newline - 2] == '\n') {
            scan.end = at;
            break;
        }
    }
    scan.seen = at;
    scan.broken = data.substr(seen, at - seen).find('\0') != data.npos;
    return scan;
}

std::optional<Refusal> parse_head(std::string_view head, Request& request, Framing& framing)
{
    head.remove_suffix(2); // the empty line
    const auto line_end = head.find("\r\n");
    framing = Framing{};
    RequestLine line;
    if (auto refusal = parse_request_line(head.substr(0, line_end), line, framing))
        return refusal;
    head.remove_prefix(line_end + 2);

    Counts counts;
    for (std::size_t count = 0; !head.empty(); ++count) {
        if (count == k_max_fields)
            return Refusal{431, "The request has too many header fields."};
        const auto end = head.find('\r');
        if (head.substr(end, 2) != "\r\n") // every LF follows a CR by now; a CR alone is left
            return bad("A header field has a control character.");
        if (auto refusal = parse_field(head.substr(0, end), request, counts, framing))
            return refusal;
        head.remove_prefix(end + 2);
    }
    if (auto refusal = check_framing(counts, framing))
        return refusal;

    const auto method = method_of(line.method);
    if (!method)
        return Refusal{501, "This server does not know this method."};
    if (line.target.size() > k_max_target)
        return Refusal{414, "The address of the request is too long."};
    request.method = *method;
    const auto target = set_target(request, line.target); // after the fields: an absolute one must agree with Host
    return target ? std::nullopt : std::optional{Refusal{400, target.error().message}};
}

Refusal refuse_large_head(std::string_view data)
{
    if (data.find('\n') != data.npos)
        return Refusal{431, "The header of the request is too large."};
    // RFC 9112, 3: the request line alone does not fit.
    const auto method = data.substr(0, data.find(' '));
    if (!is_token(method.substr(0, k_max_method)))
        return bad("The request line is not valid.");
    if (method.size() > k_max_method)
        return Refusal{501, "This server does not know this method."};
    return Refusal{414, "The address of the request is too long."};
}

} // namespace kith::http
