// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Where a program may have people sent back to.
namespace kith::oauth {

constexpr const char* k_out_of_band = "urn:ietf:wg:oauth:2.0:oob";

/// An absolute URI without a fragment that cannot run as a script, or out-of-band; at most 2,000 bytes. Web addresses name
/// a host and no user. Own schemes ("myapp://back") are welcome.
bool is_redirect_uri(const std::string& uri);

/// Letter by letter the same; for http on 127.0.0.1 and [::1] the port may be any (RFC 8252, 7.3).
bool fits_registered(std::string_view registered, std::string_view wanted);

/// The URI with these parameters after those that it has, percent-encoded.
std::string with_parameters(std::string uri, const std::vector<std::pair<std::string, std::string>>& parameters);

/// For people: "app.example"; empty for a program on the same device (loopback, own schemes).
std::string shown_place(std::string_view uri);
/// "https:", with the colon, in lower case.
std::string scheme_of(std::string_view uri);

} // namespace kith::oauth
