// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace kith::db {

/// libpq's connection string (either form) with limits for what it leaves open, so that a server that went away without a
/// word is noticed: 5 s to connect, about 20 s for data that nobody acknowledges, about 20 s for an idle line. As it was
/// when it cannot be read: then libpq says why.
std::string with_time_limits(const std::string& connection);

} // namespace kith::db
