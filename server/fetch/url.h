// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>

namespace kith::fetch {

/// The parts of an address that decide whom we speak with, as libcurl reads them: the same parser that connects, so
/// that no second opinion about where the host ends can be played against it.
struct UrlParts {
    std::string scheme; ///< "http" or "https"
    std::string host;   ///< lower case; IPv6 in brackets
    std::string port;
    std::string text; ///< the address without its fragment

    std::string origin() const { return scheme + "://" + host + ":" + port; }
};

/// At most 2,048 bytes of printable ASCII, http or https, a host, no user and no password. `forbidden` for another
/// scheme, `invalid` for everything else.
Result<UrlParts> parse_url(const std::string& text);

/// The address that `location` means on the page `base` (RFC 3986, 5).
Result<UrlParts> resolve_url(const UrlParts& base, const std::string& location);

/// Names that never mean a public server (RFC 6761, RFC 6762, RFC 7686, .internal): loopback, the local link, Tor.
bool is_private_name(const std::string& host);

} // namespace kith::fetch
