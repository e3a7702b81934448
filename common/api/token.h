// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// An OAuth 2 access token, shown once.
struct Token {
    std::string access_token;
    std::string token_type = "Bearer";
    std::string scope; ///< space-separated
    std::int64_t created_at = 0; ///< seconds since 1970
};
template <class V>
void describe(V& v, Token& e)
{
    v("access_token", e.access_token);
    v.require(!e.access_token.empty());
    v("token_type", e.token_type);
    v("scope", e.scope);
    v("created_at", e.created_at);
}

} // namespace kith::api
