// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/host_name.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace kith::addressing {

namespace {

constexpr std::size_t k_max_host = 253;
constexpr std::size_t k_max_label = 63;

Error bad_host()
{
    return fail(Errc::invalid, "The address has no valid host name.");
}

/// Strict UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
Result<std::vector<char32_t>> decode_utf8(std::string_view text)
{
    std::vector<char32_t> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80       ? 1
                                   : lead >> 5 == 6  ? 2
                                   : lead >> 4 == 14 ? 3
                                   : lead >> 3 == 30 ? 4
                                                     : 0;
        if (length == 0 || i + length > text.size())
            return bad_host();
        char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0) != 0x80)
                return bad_host();
            point = point << 6 | (next & 0x3fU);
        }
        constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return bad_host();
        out.push_back(point);
        i += length;
    }
    return out;
}

/// RFC 3492, 6.1.
std::uint32_t adapt_bias(std::uint32_t delta, std::uint32_t count, bool first)
{
    delta = first ? delta / 700 : delta / 2;
    delta += delta / count;
    std::uint32_t k = 0;
    for (; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

char punycode_digit(std::uint32_t digit)
{
    return static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
}

/// RFC 3492, 6.3. The label has at most 63 characters, so 32 bits suffice.
std::string encode_punycode(const std::vector<char32_t>& label)
{
    std::string out;
    for (char32_t c : label) {
        if (c < 0x80)
            out += static_cast<char>(c);
    }
    auto handled = static_cast<std::uint32_t>(out.size());
    const std::uint32_t basic = handled;
    if (basic > 0)
        out += '-';
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    for (char32_t n = 0x80; handled < label.size(); ++n, ++delta) {
        char32_t next = std::numeric_limits<char32_t>::max();
        for (char32_t c : label) {
            if (c >= n)
                next = std::min(next, c);
        }
        delta += static_cast<std::uint32_t>(next - n) * (handled + 1);
        n = next;
        for (char32_t c : label) {
            if (c < n)
                ++delta;
            if (c != n)
                continue;
            std::uint32_t rest = delta;
            for (std::uint32_t k = 36;; k += 36) {
                const std::uint32_t threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
                if (rest < threshold)
                    break;
                out += punycode_digit(threshold + (rest - threshold) % (36 - threshold));
                rest = (rest - threshold) / (36 - threshold);
            }
            out += punycode_digit(rest);
            bias = adapt_bias(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
    }
    return out;
}

bool is_host_character(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

Result<std::string> label_to_ascii(std::string_view label)
{
    TRY(auto points, decode_utf8(label));
    if (points.empty() || points.size() > k_max_label)
        return bad_host();
    bool plain = true;
    for (auto& c : points) {
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (c >= 0x80)
            plain = false;
        else if (!is_host_character(static_cast<unsigned char>(c)))
            return bad_host();
    }
    std::string out = plain ? std::string{points.begin(), points.end()} : "xn--" + encode_punycode(points);
    if (out.size() > k_max_label)
        return bad_host();
    return out;
}

bool is_ipv6_literal(std::string_view host)
{
    return host.size() >= 4 && host.size() <= 64 && host.front() == '[' && host.back() == ']' &&
           host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
}

} // namespace

Result<std::string> host_to_ascii(std::string_view host)
{
    if (is_ipv6_literal(host)) {
        std::string out{host};
        std::transform(out.begin(), out.end(), out.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c; });
        return out;
    }
    if (host.empty() || host.size() > 4 * k_max_host)
        return bad_host();
    std::string out;
    for (std::size_t begin = 0; begin <= host.size();) {
        const auto dot = std::min(host.find('.', begin), host.size());
        TRY(const auto label, label_to_ascii(host.substr(begin, dot - begin)));
        if (begin > 0)
            out += '.';
        out += label;
        begin = dot + 1;
    }
    if (out.size() > k_max_host)
        return bad_host();
    return out;
}

} // namespace kith::addressing
