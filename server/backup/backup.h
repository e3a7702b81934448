// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/backup/manifest.h"

#include <filesystem>
#include <functional>

namespace kith::backup {

/// Called now and then with the bytes handled so far.
using Progress = std::function<void(std::uint64_t bytes)>;

struct Source {
    db::Database& database;
    std::string connection;              ///< of PostgreSQL; empty: SQLite
    std::filesystem::path database_file; ///< of SQLite
    std::filesystem::path data_dir;
};

struct Summary {
    Manifest manifest;
    std::uint64_t bytes = 0;
    std::uint64_t files = 0; ///< of media
};

/// Writes database (as of one moment), secret.key and media into a sealed file, while a server may run. `file` appears only
/// when all of it is on the disk.
Result<Summary> make(const Source& source, const std::filesystem::path& file,
                     std::string_view passphrase, Timestamp now, const Progress& progress);
/// Reads a backup to its end and looks at everything in it; changes nothing.
Result<Summary> check(const std::filesystem::path& file, std::string_view passphrase, const Progress& progress);

} // namespace kith::backup
