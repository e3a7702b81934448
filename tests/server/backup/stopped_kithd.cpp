// SPDX-License-Identifier: Apache-2.0
#include "tests/server/backup/stopped_kithd.h"

#include "common/crypto/bytes.h"
#include "common/sqlite/connection.h"
#include "server/db/migrations.h"
#include "tests/support/child_process.h"
#include "tests/support/postgres_cluster.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kith::tests {

namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// {hex:00ff} as the engine writes bytes.
std::string with_bytes(std::string text, Engine engine)
{
    const std::string mark = "{hex:";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        const auto end = text.find('}', at);
        const auto digits = text.substr(at + mark.size(), end - at - mark.size());
        text.replace(at, end - at + 1,
                     engine == Engine::sqlite ? "x'" + digits + "'" : "'\\x" + digits + "'::bytea");
    }
    return text;
}

} // namespace

std::string noted(const fs::path& fixture, const std::string& label)
{
    std::ifstream in(fixture);
    const auto start = "-- " + label + ": ";
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(start))
            return line.substr(start.size());
    throw std::runtime_error(fixture.string() + " says nothing about " + label);
}

std::vector<fs::path> schema_fixtures()
{
    std::vector<fs::path> found;
    for (const auto& entry :
         fs::directory_iterator(fs::path{KITH_SOURCE_DIR} / "tests/fixtures/schemas"))
        if (entry.path().extension() == ".sql")
            found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

StoppedKithd::StoppedKithd(Engine engine, KithdOptions options) : m_engine(engine)
{
    if (engine == Engine::postgres)
        m_postgres = options.postgres = PostgresCluster::instance().create_database();
    m_server = std::make_unique<KithdProcess>(std::move(options));
    m_server->stop();
    wipe();
}

StoppedKithd::~StoppedKithd()
{
    m_server.reset();
    if (!m_postgres.empty())
        PostgresCluster::instance().drop_database(m_postgres);
}

void StoppedKithd::wipe()
{
    fs::remove_all(m_server->data_dir());
    if (m_postgres.empty())
        return;
    const auto name = m_postgres.substr(m_postgres.find("dbname=") + 7);
    PostgresCluster::instance().drop_database(m_postgres);
    PostgresCluster::instance().execute("CREATE DATABASE " + name);
}

void StoppedKithd::run_sql(const std::string& text) const
{
    if (m_engine == Engine::sqlite) {
        sqlite::OpenOptions options;
        options.file = m_server->data_dir() / "kith.db";
        auto connection = sqlite::Connection::open(options);
        if (!connection)
            throw std::runtime_error(connection.error().message);
        (*connection)->execute("BEGIN");
        (*connection)->execute(text);
        (*connection)->execute("COMMIT");
        return;
    }
    const TempDir folder;
    const auto file = folder.path() / "fixture.sql";
    std::ofstream{file} << text;
    ChildProcess psql({"psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", m_postgres, "-f", file.string()});
    if (psql.wait() != 0)
        throw std::runtime_error("psql did not take the text");
}

void StoppedKithd::load_schema(const fs::path& fixture)
{
    fs::create_directories(m_server->data_dir());
    const auto key_file = m_server->data_dir() / "secret.key";
    std::ofstream{key_file} << crypto::as_text(crypto::from_hex(noted(fixture, "secret.key")).value());
    fs::permissions(key_file, fs::perms::owner_read | fs::perms::owner_write);

    std::string text = std::string{db::k_create_schema_migrations} + ";\n";
    for (const auto& migration : m_engine == Engine::sqlite ? db::sqlite_migrations() : db::postgres_migrations())
        if (migration.name <= fixture.stem().string())
            text += std::string{migration.sql} + "\n";
    run_sql(text + with_bytes(read_file(fixture), m_engine));
}

std::string StoppedKithd::ask(const std::string& sql) const
{
    if (m_engine == Engine::postgres) {
        auto answer = capture({"psql", "-X", "-A", "-t", "-d", m_postgres, "-c", sql});
        return answer.substr(0, answer.find('\n'));
    }
    sqlite::OpenOptions options;
    options.file = m_server->data_dir() / "kith.db";
    options.mode = sqlite::Mode::read_write;
    auto connection = sqlite::Connection::open(options);
    if (!connection)
        throw std::runtime_error(connection.error().message);
    auto statement = (*connection)->prepare(sql);
    return statement.step() ? std::string{statement.text(0)} : std::string{};
}

} // namespace kith::tests
