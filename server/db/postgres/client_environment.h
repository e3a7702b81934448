// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <vector>

namespace kith::db {

/// A connection string as variables ("PGHOST=…") for PostgreSQL's own programs: unlike arguments they show in no list of
/// processes. `invalid` when libpq cannot read it.
Result<std::vector<std::string>> client_environment(const std::string& connection);

} // namespace kith::db
