// SPDX-License-Identifier: Apache-2.0
#include "server/core/spawn.h"

#include "server/core/log.h"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace kith::core {

void spawn(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> work)
{
    boost::asio::co_spawn(executor, std::move(work), [name = std::move(name)](std::exception_ptr thrown) {
        if (!thrown)
            return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& exception) {
            log::error("A background task ended with an exception.",
                       {{"task", name}, {"cause", exception.what()}});
        } catch (...) {
            log::error("A background task ended with an exception.", {{"task", name}});
        }
    });
}

} // namespace kith::core
