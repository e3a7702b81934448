// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_check.h"

#include "server/http/syntax.h"

#include <algorithm>

namespace kith::http {

namespace {

constexpr std::size_t k_max_fields = 100;

Refusal bad(const char* message)
{
    return Refusal{400, message};
}

/// What decides where the request ends and for whom it is.
struct Framing {
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t encodings = 0;
    bool length_ok = true;
    bool encoding_ok = true;
    bool host_ok = true;
};

std::optional<Refusal> check_request_line(std::string_view line, bool& is_http_1_1)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || last == first || line.find(' ', first + 1) != last)
        return bad("The request line is not valid.");
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!is_token(method) || target.empty() || !std::all_of(target.begin(), target.end(), is_visible))
        return bad("The request line is not valid.");
    is_http_1_1 = version == "HTTP/1.1";
    if (is_http_1_1 || version == "HTTP/1.0")
        return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
        version[6] == '.' && is_digit(version[7]))
        return Refusal{505, "This server speaks HTTP/1.1."};
    return bad("The request line is not valid.");
}

void note_framing(Framing& framing, std::string_view name, std::string_view value)
{
    if (iequals(name, "Host")) {
        ++framing.hosts;
        framing.host_ok = framing.host_ok && is_host(value);
    } else if (iequals(name, "Content-Length")) {
        // One number and nothing else: not "5, 5", not "+5", not two fields, even when they agree.
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        ++framing.lengths;
        framing.length_ok = framing.length_ok && !value.empty() && value.size() <= 18 &&
                            std::all_of(value.begin(), value.end(), is_digit);
    } else if (iequals(name, "Transfer-Encoding")) {
        ++framing.encodings;
        framing.encoding_ok = framing.encoding_ok && iequals(value, "chunked");
    }
}

std::optional<Refusal> check_field(std::string_view line, Framing& framing)
{
    const auto colon = line.find(':');
    // A line that begins with a space continues the one before (obs-fold, RFC 9112, 5.2); a space before the colon
    // makes a different name for different readers (5.1). Neither is a token.
    if (colon == line.npos || !is_token(line.substr(0, colon)))
        return bad("A header field is not valid.");
    const auto value = trim(line.substr(colon + 1));
    const auto is_control = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    };
    if (std::any_of(value.begin(), value.end(), is_control))
        return bad("A header field has a control character.");
    note_framing(framing, line.substr(0, colon), value);
    return std::nullopt;
}

std::optional<Refusal> check_framing(const Framing& framing, bool is_http_1_1)
{
    if (framing.hosts > 1 || !framing.host_ok || (is_http_1_1 && framing.hosts == 0))
        return bad("The request must name one host.");
    if (framing.lengths > 1 || !framing.length_ok)
        return bad("The Content-Length is not valid.");
    if (framing.encodings == 0)
        return std::nullopt;
    if (framing.encodings > 1 || !framing.encoding_ok || !is_http_1_1 || framing.lengths > 0)
        return bad("The Transfer-Encoding is not valid here.");
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

std::optional<Refusal> check_head(std::string_view head)
{
    head.remove_suffix(2); // the empty line
    const auto line_end = head.find("\r\n");
    bool is_http_1_1 = false;
    if (auto refusal = check_request_line(head.substr(0, line_end), is_http_1_1))
        return refusal;
    head.remove_prefix(line_end + 2);

    Framing framing;
    for (std::size_t count = 0; !head.empty(); ++count) {
        if (count == k_max_fields)
            return Refusal{431, "The request has too many header fields."};
        const auto end = head.find('\r');
        if (head.substr(end, 2) != "\r\n") // every LF follows a CR by now; a CR alone is left
            return bad("A header field has a control character.");
        if (auto refusal = check_field(head.substr(0, end), framing))
            return refusal;
        head.remove_prefix(end + 2);
    }
    return check_framing(framing, is_http_1_1);
}

} // namespace kith::http
