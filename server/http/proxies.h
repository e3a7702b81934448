// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <string>
#include <vector>

namespace kith::http {

/// Who a request came from, after trusted proxies.
struct Client {
    std::string address;
    bool secure = false;
};

/// Which peers may say on whose behalf they ask. IPv4 addresses that arrive as ::ffff:a.b.c.d count as IPv4.
class TrustedProxies {
public:
    /// Addresses ("::1") or CIDR ranges ("10.0.0.0/8"). `invalid` with the entry that is neither.
    static Result<TrustedProxies> parse(const std::vector<std::string>& ranges);

    bool contains(const boost::asio::ip::address& address) const;
    /// Walks X-Forwarded-For from the right over trusted addresses; the first untrusted one is the client. Where that
    /// field is absent, Forwarded (RFC 7239) counts the same way: a proxy must set or drop both. An entry that is no
    /// address ends the walk. X-Forwarded-Proto: its last value. All of it only when `peer` is trusted.
    Client client_of(const boost::asio::ip::address& peer, const Headers& headers, bool secure) const;

private:
    struct Range {
        std::array<unsigned char, 16> bytes;
        unsigned bits;
    };
    std::vector<Range> m_ranges;
};

/// As text; IPv4 in its own form even when mapped, without an IPv6 scope.
std::string address_text(const boost::asio::ip::address& address);

} // namespace kith::http
