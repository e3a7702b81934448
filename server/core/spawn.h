// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>

namespace kith::core {

/// Starts a coroutine that nobody awaits. An exception that leaves it is logged with `name`, never lost.
void spawn(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> work);

} // namespace kith::core
