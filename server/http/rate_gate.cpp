// SPDX-License-Identifier: Apache-2.0
#include "server/http/rate_gate.h"

#include "common/base/time.h"

namespace kith::http {

const char* to_string(RouteClass route_class)
{
    switch (route_class) {
    case RouteClass::standard: return "standard";
    case RouteClass::none: return "none";
    case RouteClass::page: return "page";
    case RouteClass::api: return "api";
    case RouteClass::search: return "search";
    case RouteClass::media: return "media";
    case RouteClass::deletion: return "deletion";
    case RouteClass::sign_in: return "sign_in";
    case RouteClass::sign_up: return "sign_up";
    case RouteClass::app: return "app";
    case RouteClass::token: return "token";
    case RouteClass::inbox: return "inbox";
    case RouteClass::streaming: return "streaming";
    }
    return "none";
}

RouteClass standard_class(std::string_view pattern, bool websocket)
{
    if (websocket)
        return RouteClass::streaming;
    return pattern.starts_with("/api/") ? RouteClass::api : RouteClass::page;
}

// https://docs.joinmastodon.org/api/rate-limits/#headers
void add_rate_headers(Response& response, const RateStatus& status)
{
    if (status.limit == 0)
        return;
    const auto reset = SystemClock{}.now() + std::chrono::ceil<milliseconds>(status.reset_in);
    response.headers.add("X-RateLimit-Limit", std::to_string(status.limit));
    response.headers.add("X-RateLimit-Remaining", std::to_string(status.remaining));
    response.headers.add("X-RateLimit-Reset", to_iso8601(reset));
}

Error too_many_requests(Request& request, std::chrono::nanoseconds retry_in)
{
    const auto seconds = std::max(std::chrono::ceil<std::chrono::seconds>(retry_in), std::chrono::seconds{1});
    request.retry_after = seconds;
    return fail(Errc::rate_limited, "Too many requests. Please try again in " + std::to_string(seconds.count()) +
                                        (seconds.count() == 1 ? " second." : " seconds."));
}

} // namespace kith::http
