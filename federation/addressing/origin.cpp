// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/origin.h"

#include "federation/addressing/host_name.h"
#include "federation/vocab/read.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace kith::addressing {

namespace {

struct Parts {
    Origin origin;
    bool has_fragment = false;
};

Error bad_address(const char* sentence)
{
    return fail(Errc::invalid, sentence);
}

std::string lower(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return out;
}

/// Some platforms leave characters beyond ASCII as they are; RFC 3986 knows them only as percent escapes.
std::string escape_non_ascii(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (unsigned char c : text) {
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else {
            out += '%';
            out += digits[c >> 4];
            out += digits[c & 15];
        }
    }
    return out;
}

Result<std::uint16_t> read_port(std::string_view text, std::uint16_t usual)
{
    if (text.empty())
        return usual;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0)
        return bad_address("The address has no valid port.");
    return port;
}

Result<Parts> take_apart(std::string_view address)
{
    if (address.empty() || address.size() > vocab::k_max_id_bytes)
        return bad_address("The address is empty or too long.");
    const auto mark = address.find("://");
    const auto scheme = lower(address.substr(0, mark == std::string_view::npos ? 0 : mark));
    if (scheme != "https" && scheme != "http")
        return bad_address("The address is neither https nor http.");
    const auto rest = address.substr(mark + 3);
    const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    const auto authority = rest.substr(0, authority_end);
    if (authority.find('@') != std::string_view::npos)
        return bad_address("The address has user information in it.");
    const auto bracket = authority.rfind(']');
    auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && bracket != std::string_view::npos && colon < bracket)
        colon = std::string_view::npos;

    Parts parts;
    parts.origin.scheme = scheme;
    TRY(parts.origin.host, host_to_ascii(authority.substr(0, colon)));
    const auto port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon + 1);
    TRY(parts.origin.port, read_port(port, scheme == "https" ? 443 : 80));

    // The grammar of the whole is Boost.URL's affair.
    const auto normal = parts.origin.to_string() + escape_non_ascii(rest.substr(authority_end));
    const auto parsed = boost::urls::parse_uri(normal);
    if (!parsed)
        return bad_address("The address is not a valid URL.");
    parts.has_fragment = parsed->has_fragment();
    return parts;
}

} // namespace

std::string Origin::authority() const
{
    const bool usual = port == (scheme == "https" ? 443 : 80);
    return usual ? host : host + ":" + std::to_string(port);
}

std::string Origin::to_string() const
{
    return scheme + "://" + authority();
}

Result<Origin> origin_of(std::string_view address)
{
    TRY(auto parts, take_apart(address));
    return std::move(parts.origin);
}

bool same_origin(std::string_view a, std::string_view b)
{
    const auto first = origin_of(a);
    const auto second = origin_of(b);
    return first && second && *first == *second;
}

Result<void> check_id(std::string_view id, IdPolicy policy, IdFor what)
{
    TRY(const auto parts, take_apart(id));
    if (parts.origin.scheme != "https" && !policy.allow_http)
        return bad_address("The id is not an https address.");
    if (parts.has_fragment && what == IdFor::Object)
        return bad_address("The id has a fragment.");
    return {};
}

bool is_acceptable_id(std::string_view id, IdPolicy policy, IdFor what)
{
    return check_id(id, policy, what).has_value();
}

} // namespace kith::addressing
