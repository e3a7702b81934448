// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace kith::http {

/// Where a connection comes from; nothing: through a Unix socket.
using PeerAddress = std::optional<boost::asio::ip::address>;

/// Who a request came from, after trusted proxies.
struct Client {
    std::string address; ///< "unix" for a peer on a Unix socket that speaks for nobody
    bool secure = false;
};

/// Where a proxy writes for whom it asks. What stands in the other field, anybody may have written.
enum class ProxyHeader {
    x_forwarded, ///< X-Forwarded-For and X-Forwarded-Proto
    forwarded    ///< Forwarded (RFC 7239)
};

/// Which peers may say on whose behalf they ask. IPv4 addresses that arrive as ::ffff:a.b.c.d count as IPv4, and only IPv4
/// ranges hold them.
class TrustedProxies {
public:
    /// Addresses ("::1"), CIDR ranges ("10.0.0.0/8"), or "unix" for all who reach the server through a Unix socket.
    /// `invalid` with the entry that is none of these.
    static Result<TrustedProxies> parse(const std::vector<std::string>& ranges, ProxyHeader header = ProxyHeader::x_forwarded);

    bool contains(const PeerAddress& peer) const;
    /// Walks the field that counts from the right over trusted addresses; the first untrusted one is the client. An entry
    /// that is no address ("unknown", "_hidden", garbage) ends the walk. Of the protocols the last one counts. All of it only
    /// when `peer` is trusted.
    Client client_of(const PeerAddress& peer, const Headers& headers, bool secure) const;

private:
    struct Range {
        bool v4;
        std::array<unsigned char, 16> bytes;
        unsigned bits;
    };
    std::vector<Range> m_ranges;
    bool m_unix = false;
    ProxyHeader m_header = ProxyHeader::x_forwarded;
};

/// As text; IPv4 in its own form even when mapped, without an IPv6 scope; "unix" for a Unix socket.
std::string address_text(const PeerAddress& peer);

} // namespace kith::http
