// SPDX-License-Identifier: Apache-2.0
#include "server/http/proxies.h"

#include "server/http/syntax.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <optional>

namespace kith::http {

namespace ip = boost::asio::ip;

namespace {

/// Every address as IPv6, so that ranges need one comparison.
std::array<unsigned char, 16> bytes_of(const ip::address& address)
{
    return address.is_v6() ? address.to_v6().to_bytes()
                           : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

/// `a.b.c.d`, `a.b.c.d:port`, `[v6]`, `[v6]:port` or `v6`.
std::optional<ip::address> parse_node(std::string_view node)
{
    if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
        node = node.substr(1, node.size() - 2);
    if (node.starts_with('[')) {
        const auto end = node.find(']');
        if (end == node.npos)
            return std::nullopt;
        node = node.substr(1, end - 1);
    } else if (const auto colon = node.find(':'); colon != node.npos && node.find(':', colon + 1) == node.npos) {
        node = node.substr(0, colon);
    }
    if (node.empty() || node.size() > 45)
        return std::nullopt;
    boost::system::error_code ec;
    const auto address = ip::make_address(std::string{node}, ec);
    if (ec)
        return std::nullopt;
    return address;
}

/// All values of a list field, in order.
std::vector<std::string_view> items_of(const Headers& headers, std::string_view name)
{
    std::vector<std::string_view> items;
    for (const auto& [key, value] : headers.all()) {
        if (!iequals(key, name))
            continue;
        std::string_view rest = value;
        for (;;) {
            const auto comma = rest.find(',');
            items.push_back(trim(rest.substr(0, comma)));
            if (comma == rest.npos)
                break;
            rest.remove_prefix(comma + 1);
        }
    }
    return items;
}

/// The value of `name=` in one element of Forwarded.
std::string_view forwarded_part(std::string_view element, std::string_view name)
{
    while (!element.empty()) {
        const auto semicolon = element.find(';');
        const auto pair = trim(element.substr(0, semicolon));
        const auto equals = pair.find('=');
        if (equals != pair.npos && iequals(trim(pair.substr(0, equals)), name))
            return trim(pair.substr(equals + 1));
        element = semicolon == element.npos ? std::string_view{} : element.substr(semicolon + 1);
    }
    return {};
}

} // namespace

std::string address_text(const ip::address& address)
{
    if (address.is_v4())
        return address.to_string();
    auto v6 = address.to_v6();
    if (v6.is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    v6.scope_id(0);
    return v6.to_string();
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& ranges)
{
    TrustedProxies proxies;
    for (const auto& text : ranges) {
        const auto bad = [&] {
            return fail(Errc::invalid, "The trusted proxy \"" + text + "\" is neither an address nor a range such as 10.0.0.0/8.");
        };
        const auto slash = text.find('/');
        boost::system::error_code ec;
        const auto address = ip::make_address(text.substr(0, slash), ec);
        if (ec)
            return bad();
        const unsigned width = address.is_v4() ? 32 : 128;
        unsigned bits = width;
        if (slash != text.npos) {
            const auto* end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
            if (error != std::errc{} || stop != end || bits > width)
                return bad();
        }
        proxies.m_ranges.push_back(Range{bytes_of(address), bits + (128 - width)});
    }
    return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const
{
    const auto bytes = bytes_of(address);
    for (const auto& range : m_ranges) {
        bool same = true;
        for (unsigned bit = 0; same && bit < range.bits; bit += 8) {
            const unsigned take = std::min(8u, range.bits - bit);
            const auto mask = static_cast<unsigned char>(0xFF << (8 - take));
            same = ((bytes[bit / 8] ^ range.bytes[bit / 8]) & mask) == 0;
        }
        if (same)
            return true;
    }
    return false;
}

Client TrustedProxies::client_of(const ip::address& peer, const Headers& headers, bool secure) const
{
    Client client;
    client.secure = secure;
    auto address = peer;
    if (!m_ranges.empty() && contains(peer)) {
        auto nodes = items_of(headers, "X-Forwarded-For");
        auto protocols = items_of(headers, "X-Forwarded-Proto");
        const auto elements = items_of(headers, "Forwarded");
        if (nodes.empty())
            for (const auto element : elements)
                nodes.push_back(forwarded_part(element, "for"));
        if (protocols.empty() && !elements.empty())
            protocols.push_back(forwarded_part(elements.back(), "proto"));
        for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
            const auto named = parse_node(*node);
            if (!named)
                break;
            address = *named;
            if (!contains(address))
                break;
        }
        if (!protocols.empty())
            client.secure = iequals(protocols.back(), "https");
    }
    client.address = address_text(address);
    return client;
}

} // namespace kith::http
