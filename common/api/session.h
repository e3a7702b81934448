// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// The program behind a session; "Kith" for Kith's own sign-in.
struct SessionApplication {
    std::string name;
    std::optional<std::string> website;
};
template <class V>
void describe(V& v, SessionApplication& e)
{
    v("name", e.name);
    v("website", e.website);
}

/// Somewhere that an account is signed in (Kith's own entity). Never with the token.
struct Session {
    std::string id;
    SessionApplication application;
    std::vector<std::string> scopes;
    Timestamp created_at{};
    Timestamp last_used_at{}; ///< at most an hour behind
    bool current = false;     ///< the one that asks
};
template <class V>
void describe(V& v, Session& e)
{
    v("id", e.id);
    v.require(!e.id.empty());
    v("application", e.application);
    v("scopes", e.scopes);
    v("created_at", e.created_at);
    v("last_used_at", e.last_used_at);
    v("current", e.current);
}

} // namespace kith::api
