// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/status.h"

namespace kith::api {

struct Search {
    std::vector<Account> accounts;
    std::vector<Status> statuses;
    std::vector<json::value> hashtags;
};
template <class V>
void describe(V& v, Search& e)
{
    v("accounts", e.accounts);
    v("statuses", e.statuses);
    v("hashtags", e.hashtags);
}

} // namespace kith::api
