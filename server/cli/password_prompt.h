// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>

namespace kith::cli {

/// Asks twice on a terminal, without showing what is typed; else the first line of standard input.
Result<std::string> read_password();

} // namespace kith::cli
