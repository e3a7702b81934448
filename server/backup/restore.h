// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/backup/aftermath.h"
#include "server/backup/backup.h"

namespace kith::backup {

/// Where a backup goes: what the settings of the server to be say.
struct Target {
    std::string engine;
    std::string connection;              ///< of PostgreSQL
    std::filesystem::path database_file; ///< of SQLite, absolute
    std::filesystem::path data_dir;      ///< absolute
    std::string domain;                  ///< empty: any
};

struct Restored {
    Summary summary;
    Aftermath aftermath;
};

/// Puts a backup into an empty or absent data directory, and for PostgreSQL into an empty database; brings its schema up to
/// date and settles it (aftermath.h). The file is read to its end once before anything is written. Whatever is refused or
/// fails leaves nothing behind. `conflict` when there is something already.
Result<Restored> restore(const Target& target, const std::filesystem::path& file, std::string_view passphrase,
                         KeepSessions keep_sessions, const Clock& clock, const Progress& progress);

} // namespace kith::backup
