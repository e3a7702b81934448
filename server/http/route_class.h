// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kith::http {

/// What a route's requests are counted as. docs/api.md has the numbers, server/limits/request_limits.cpp the table.
enum class RouteClass : std::uint8_t {
    standard, ///< when nothing is said: `api` under /api, `streaming` for a WebSocket, else `page`
    none,     ///< never limited: what load balancers ask
    page,     ///< pages, documents for other servers, discovery
    api,
    search,    ///< may make this server fetch from others
    media,     ///< uploads
    deletion,  ///< of posts, and taking boosts back
    sign_in,   ///< takes a password
    sign_up,
    app,       ///< registers a program
    token,     ///< gives or ends tokens for a code or a secret
    inbox,     ///< deliveries of other servers
    streaming, ///< opens a stream
};
inline constexpr std::size_t k_route_classes = static_cast<std::size_t>(RouteClass::streaming) + 1;

/// What a route counts as that says nothing.
RouteClass standard_class(std::string_view pattern, bool websocket);
/// "api", "sign_in": for tables and messages.
const char* to_string(RouteClass route_class);

} // namespace kith::http
