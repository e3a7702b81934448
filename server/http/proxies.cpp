// SPDX-License-Identifier: Apache-2.0
#include "server/http/proxies.h"

#include "server/http/syntax.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
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

bool is_v4(const std::array<unsigned char, 16>& bytes)
{
    static constexpr std::array<unsigned char, 12> k_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return std::equal(k_mapped.begin(), k_mapped.end(), bytes.begin());
}

/// ":443", or RFC 7239's ":_obfuscated".
bool is_port(std::string_view text)
{
    if (!text.starts_with(':') || text.size() < 2)
        return false;
    text.remove_prefix(1);
    if (text.front() == '_')
        return is_token(text);
    return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `a.b.c.d`, `a.b.c.d:port`, `[v6]`, `[v6]:port` or `v6`.
std::optional<ip::address> parse_node(std::string_view node)
{
    if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
        node = node.substr(1, node.size() - 2);
    std::string_view port;
    if (node.starts_with('[')) {
        const auto end = node.find(']');
        if (end == node.npos)
            return std::nullopt;
        port = node.substr(end + 1);
        node = node.substr(1, end - 1);
    } else if (const auto colon = node.find(':'); colon != node.npos && node.find(':', colon + 1) == node.npos) {
        port = node.substr(colon);
        node = node.substr(0, colon);
    }
    const bool is_scoped = node.find('%') != node.npos; // means something on the proxy's machine only
    if (node.empty() || node.size() > 45 || is_scoped || (!port.empty() && !is_port(port)))
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

std::string address_text(const PeerAddress& peer)
{
    if (!peer)
        return "unix";
    if (peer->is_v4())
        return peer->to_string();
    auto v6 = peer->to_v6();
    if (v6.is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    v6.scope_id(0);
    return v6.to_string();
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& ranges, ProxyHeader header)
{
    TrustedProxies proxies;
    proxies.m_header = header;
    for (const auto& text : ranges) {
        if (text == "unix") {
            proxies.m_unix = true;
            continue;
        }
        const auto bad = [&] {
            return fail(Errc::invalid, "The trusted proxy \"" + text + "\" is neither an address nor a range such as 10.0.0.0/8, nor \"unix\".");
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
        const auto bytes = bytes_of(address);
        proxies.m_ranges.push_back(Range{is_v4(bytes) && bits + (128 - width) >= 96, bytes, bits + (128 - width)});
    }
    return proxies;
}

bool TrustedProxies::contains(const PeerAddress& peer) const
{
    if (!peer)
        return m_unix;
    const auto bytes = bytes_of(*peer);
    const bool v4 = is_v4(bytes);
    for (const auto& range : m_ranges) {
        bool same = range.v4 == v4; // ::/0 is every IPv6 address, and no IPv4 one
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

Client TrustedProxies::client_of(const PeerAddress& peer, const Headers& headers, bool secure) const
{
    Client client;
    client.secure = secure;
    auto address = peer;
    if (contains(peer)) {
        std::vector<std::string_view> nodes, protocols;
        if (m_header == ProxyHeader::x_forwarded) {
            nodes = items_of(headers, "X-Forwarded-For");
            protocols = items_of(headers, "X-Forwarded-Proto");
        } else {
            for (const auto element : items_of(headers, "Forwarded")) {
                nodes.push_back(forwarded_part(element, "for"));
                protocols.push_back(forwarded_part(element, "proto"));
            }
        }
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
