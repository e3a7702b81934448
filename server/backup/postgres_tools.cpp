// SPDX-License-Identifier: Apache-2.0
#include "server/backup/postgres_tools.h"

#include "server/db/postgres/client_environment.h"

#include <charconv>
#include <cstdlib>
#include <sstream>

namespace kith::backup {

using db::Tx;

namespace {

constexpr db::Query k_version{"backup.version",
                              "SELECT CAST(current_setting('server_version_num') AS BIGINT)"};
constexpr db::Query k_relations{"backup.relations", R"sql(
    SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'p', 'v', 'm', 'S'))sql"};

int version_of(const std::filesystem::path& program)
{
    auto running = Program::start({program.string(), "--version"}, {}, Program::Pipe::from_it);
    if (!running)
        return 0;
    crypto::Bytes text(200);
    const auto size = running->read(text);
    return size ? major_of(crypto::as_text(crypto::ByteView{text}.first(*size))) : 0;
}

Result<Program> start(db::Database& database, const std::string& connection, const char* name,
                      std::vector<std::string> arguments, Program::Pipe pipe)
{
    TRY(const int major, postgres_major(database));
    TRY(const auto program, find_postgres_tool(name, major));
    TRY(const auto environment, db::client_environment(connection));
    arguments.insert(arguments.begin(), program.string());
    return Program::start(arguments, environment, pipe);
}

} // namespace

int major_of(std::string_view version)
{
    constexpr std::string_view mark = "(PostgreSQL) ";
    const auto at = version.find(mark);
    int major = 0;
    if (at != std::string_view::npos)
        std::from_chars(version.data() + at + mark.size(), version.data() + version.size(), major);
    return major;
}

Result<int> postgres_major(db::Database& database)
{
    auto look = [](Tx& tx) -> Result<int> {
        return static_cast<int>(tx.query_one(k_version)->integer(0) / 10000);
    };
    return database.read_now(look);
}

Result<std::filesystem::path> find_postgres_tool(const std::string& name, int major)
{
    std::vector<std::filesystem::path> places{"/usr/lib/postgresql/" + std::to_string(major) + "/bin"};
    const char* path = std::getenv("PATH");
    std::istringstream rest{path ? path : ""};
    for (std::string place; std::getline(rest, place, ':');)
        if (place.starts_with('/'))
            places.emplace_back(place);
    for (const auto& place : places) {
        const auto program = place / name;
        std::error_code ignored;
        if (std::filesystem::exists(program, ignored) && version_of(program) == major)
            return program;
    }
    return fail(Errc::unavailable, "The database is of PostgreSQL " + std::to_string(major) + ", and " +
                                       name + " of that version is not here: install postgresql-client-" +
                                       std::to_string(major) + ".");
}

Result<Program> start_dump(db::Database& database, const std::string& connection)
{
    return start(database, connection, "pg_dump",
                 {"--format=custom", "--compress=1", "--no-owner", "--no-privileges"}, Program::Pipe::from_it);
}

Result<Program> start_load(db::Database& database, const std::string& connection)
{
    TRY(const auto environment, db::client_environment(connection));
    std::string name;
    for (const auto& variable : environment)
        if (variable.starts_with("PGDATABASE="))
            name = variable.substr(11);
    if (name.empty())
        return fail(Errc::invalid, "database.connection names no database (dbname=).");
    return start(database, connection, "pg_restore",
                 {"--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname=" + name},
                 Program::Pipe::to_it);
}

Result<bool> is_empty_postgres(db::Database& database)
{
    auto look = [](Tx& tx) -> Result<bool> { return tx.query_one(k_relations)->integer(0) == 0; };
    return database.read_now(look);
}

} // namespace kith::backup
