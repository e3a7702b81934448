// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "server/db/tx.h"
#include "server/features/support/server.h"
#include "server/http/message.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace kith::oauth {

/// A password that was right when it was looked at.
struct Verified {
    AccountId account;
    std::string password_hash;
    std::optional<std::string> renewed_hash; ///< with today's parameters
};
/// `unauthorized`, after the same work and with the same words, whether the name is unknown or the password wrong.
/// `rate_limited` after too many failures (limits::SignInGuard), `unavailable` while too many sign in at once; the request
/// then knows when to come back.
boost::asio::awaitable<Result<Verified>> check_password(features::Server& server, http::Request& request,
                                                        std::string username, std::string password);

/// First in the transaction that signs the account in: `conflict` when the password, `unauthorized` when the account has
/// gone since they were looked at. What ends all sign-ins from now on finds the one that is made here.
Result<void> begin_sign_in(db::Tx& tx, const Verified& verified);

} // namespace kith::oauth
