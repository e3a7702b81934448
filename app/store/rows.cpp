// SPDX-License-Identifier: Apache-2.0
#include "app/store/rows.h"

namespace kith::store {

std::optional<std::string> read_setting(Connection& connection, std::string_view key)
{
    auto row = prepare(connection, "SELECT value FROM settings WHERE key = $1", key);
    if (!row.step())
        return std::nullopt;
    return std::string{row.text(0)};
}

void write_setting(Connection& connection, std::string_view key, std::string_view value)
{
    run(connection, "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key, value);
}

} // namespace kith::store
