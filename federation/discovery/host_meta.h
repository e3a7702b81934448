// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kith::discovery {

inline constexpr std::string_view k_host_meta_type = "application/xrd+xml; charset=utf-8";

/// `/.well-known/host-meta` (RFC 6415): where WebFinger is. Old clients ask for it; we never read one, since that would
/// take an XML parser (hostile case H45). `base` is scheme and host without a slash at the end.
std::string write_host_meta(std::string_view base);

} // namespace kith::discovery
