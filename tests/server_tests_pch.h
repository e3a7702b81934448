// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the server's tests.
#pragma once

#include "tests/unit_tests_pch.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <future>
#include <mutex>
