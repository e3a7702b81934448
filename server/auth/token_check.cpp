// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token_check.h"

#include <algorithm>
#include <bit>

namespace kith::auth {

namespace {

constexpr db::Query k_valid{"tokens.still_valid", R"sql(
    SELECT t.id FROM oauth_tokens t LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $1) AND a.suspended_at IS NULL
      AND t.id IN )sql"};
constexpr std::size_t k_slice = 500;

} // namespace

std::set<TokenId> still_valid(db::Tx& tx, const std::set<TokenId>& tokens)
{
    std::set<TokenId> valid;
    for (auto it = tokens.begin(); it != tokens.end();) {
        std::vector<db::Param> params{db::to_param(tx.now())};
        for (; it != tokens.end() && params.size() <= k_slice; ++it)
            params.push_back(db::to_param(*it));
        // Few lengths are few texts to prepare: the last one fills up.
        params.resize(1 + std::min(std::bit_ceil(params.size() - 1), k_slice), params.back());
        for (const auto& row : tx.query_list(k_valid, k_valid.sql + db::in_list(2, params.size() - 1), params))
            valid.insert(row.id<TokenId>(0));
    }
    return valid;
}

} // namespace kith::auth
