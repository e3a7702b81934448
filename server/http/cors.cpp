// SPDX-License-Identifier: Apache-2.0
#include "server/http/cors.h"

#include "server/http/syntax.h"

#include <algorithm>

namespace kith::http {

namespace {

constexpr const char* k_request_headers =
    "Authorization, Content-Type, Idempotency-Key, X-Request-Id";

/// The preflight names what the script wants to send; a list of field names and nothing else is given back.
std::string allowed_headers(const Request& request)
{
    const auto wanted = request.headers.find("Access-Control-Request-Headers");
    const auto is_plain = [](char c) { return is_token_char(c) || c == ',' || c == ' '; };
    if (!wanted || wanted->empty() || wanted->size() > 512 ||
        !std::all_of(wanted->begin(), wanted->end(), is_plain))
        return k_request_headers;
    return std::string{*wanted};
}

} // namespace

bool is_cross_origin(std::string_view path)
{
    return path.starts_with("/api/") || path.starts_with("/oauth/") ||
           path.starts_with("/.well-known/") || path == "/nodeinfo" || path.starts_with("/nodeinfo/");
}

void add_cors(Response& response)
{
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add(
        "Access-Control-Expose-Headers",
        "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id");
}

Response options_response(const Request& request, const std::string& allowed)
{
    Response response;
    response.status = 204;
    response.headers.add("Allow", allowed);
    if (is_cross_origin(request.path)) {
        response.headers.add("Access-Control-Allow-Methods", allowed);
        response.headers.add("Access-Control-Allow-Headers", allowed_headers(request));
        response.headers.add("Access-Control-Max-Age", "7200");
    }
    return response;
}

} // namespace kith::http
