// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/db/database.h"

#include <string>
#include <vector>

namespace kith::backup {

/// The first file of a backup: of what it is.
struct Manifest {
    std::string engine; ///< "sqlite" or "postgres"
    std::int64_t postgres_major = 0;
    std::string domain;
    std::string base_url;
    std::vector<std::string> schema; ///< names of the migrations that the database has had
    Timestamp made_at;
};

constexpr const char* k_manifest_name = "manifest.json";
constexpr const char* k_sqlite_name = "database.sqlite";
constexpr const char* k_postgres_name = "database.pgdump";
constexpr const char* k_key_name = "secret.key";
constexpr const char* k_media_folder = "media";

std::string to_text(const Manifest& manifest);
/// `malformed` when it is none.
Result<Manifest> parse_manifest(std::string_view text);
/// Of a database that has a schema; `not_found` for one that has none yet.
Result<Manifest> describe(db::Database& database, Timestamp now);
/// `conflict` when the schema has had a migration that this program does not know.
Result<void> check_schema_known(const Manifest& manifest);

} // namespace kith::backup
