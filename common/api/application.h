// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// A client program; with the credentials only in the answer to its registration.
struct Application {
    std::string id;
    std::string name;
    std::optional<std::string> website;
    std::vector<std::string> scopes;
    std::vector<std::string> redirect_uris;
    std::string redirect_uri;
    std::optional<std::string> client_id;
    std::optional<std::string> client_secret;
    std::optional<std::int64_t> client_secret_expires_at;
};
template <class V>
void describe(V& v, Application& e)
{
    v("id", e.id);
    v("name", e.name);
    v("website", e.website);
    v("scopes", e.scopes);
    v("redirect_uris", e.redirect_uris);
    v("redirect_uri", e.redirect_uri);
    v.optional("client_id", e.client_id);
    v.optional("client_secret", e.client_secret);
    v.optional("client_secret_expires_at", e.client_secret_expires_at);
}

} // namespace kith::api
