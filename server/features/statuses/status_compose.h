// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/http/message.h"

#include <boost/asio/awaitable.hpp>

namespace kith::statuses {

/// From what the client sent to what the transaction stores: checks and limits, mentions looked up (those of other
/// servers asked there, within a deadline), text rendered. Errors are `invalid`, with a sentence.
boost::asio::awaitable<Result<Draft>> compose(features::Server& server, const http::Params& params);

} // namespace kith::statuses
