// SPDX-License-Identifier: Apache-2.0
// The light precompiled header of the server's folders: what nearly all of them include, and nothing heavy.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>
