// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"
#include "server/http/route_class.h"

#include <chrono>

namespace kith::http {

/// How a request stands with the limit it is nearest to.
struct RateStatus {
    std::uint32_t limit = 0;                ///< 0: nothing limits it
    std::uint32_t remaining = 0;            ///< requests that may still come at once
    std::chrono::nanoseconds reset_in{0};   ///< until the whole limit is there again
    std::chrono::nanoseconds retry_in{0};   ///< when refused: until one more may come
};

/// Says whether a request may go on. The router asks twice, because the account is known only after the token was looked
/// up, and the look-up is something that must be limited too. Any thread, must not wait.
class RateGate {
public:
    virtual ~RateGate() = default;
    /// Before the token is looked at. False: refused. Sets `status`.
    virtual bool arrive(RouteClass route_class, const Request& request, RateStatus& status) = 0;
    /// After it, with Request::identity filled where there is one. False: refused. Narrows `status`.
    virtual bool admit(RouteClass route_class, const Request& request, RateStatus& status) = 0;
};

/// X-RateLimit-Limit, -Remaining and -Reset (as Mastodon has them) for a request that something limits.
void add_rate_headers(Response& response, const RateStatus& status);
/// The error for a refused request; notes in it when to come back.
Error too_many_requests(Request& request, std::chrono::nanoseconds retry_in);

} // namespace kith::http
