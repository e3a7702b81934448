// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the tests that link nothing of the server's.
#pragma once

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>
