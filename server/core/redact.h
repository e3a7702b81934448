// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// What of a request may stand in a log. When in doubt it is left out.
namespace kith::core {

/// The names of a query's parameters, with the values of those that only page and filter (`limit`, `max_id` …); anything
/// else is shown as `name=…`, and a name that is not a plain word as `…`. At most 300 bytes.
std::string redacted_query(std::string_view query);
/// A decoded path without segments that could be a secret: 16 or more letters and digits that are no number. At most 300 bytes.
std::string redacted_path(std::string_view path);
/// The network of an address: the first three numbers of IPv4 ("192.0.2.0/24"), the /48 of IPv6. What is no address comes
/// back as it is.
std::string truncated_address(const std::string& address);
/// A client's address as `log.access_peer` wants it: "full", "truncated" or "none" (empty).
std::string logged_peer(const std::string& setting, const std::string& address);

} // namespace kith::core
