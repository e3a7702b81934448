// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "server/features/support/server.h"
#include "server/http/message.h"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace kith::oauth {

/// The account when name and password are right. `unauthorized`, after the same work and with the same words, whether
/// the name is unknown or the password wrong. `rate_limited` after too many failures (limits::SignInGuard), `unavailable`
/// while too many sign in at once; the request then knows when to come back.
boost::asio::awaitable<Result<AccountId>> check_password(features::Server& server, http::Request& request,
                                                         std::string username, std::string password);

} // namespace kith::oauth
