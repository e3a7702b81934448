// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kith::http {

/// Under which name a client is counted, for rates and connections: an IPv4 address as it is (::ffff:a.b.c.d as a.b.c.d), an
/// IPv6 address by its /64, which is what one customer has ("2001:db8:0:1::/64"). What is no address ("unix") counts as
/// itself. `address`: Request::peer_address.
std::string client_key(std::string_view address);

} // namespace kith::http
