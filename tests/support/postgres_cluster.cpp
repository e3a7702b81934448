// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_cluster.h"

#include "tests/support/child_process.h"

#include <chrono>
#include <map>
#include <stdexcept>
#include <thread>

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

// Asked for by LeakSanitizer. libpqxx 6 forgets the server's last answer when a session turns out to be lost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions()
{
    return "leak:libpqxx-6";
}

// Asked for by ThreadSanitizer, which does not see how the standard library counts the users of an exception.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions()
{
    return "race:std::__exception_ptr::exception_ptr::_M_release";
}

namespace kith::tests {

namespace fs = std::filesystem;

namespace {

/// The folder of the newest server's programs; empty when there is none.
fs::path find_programs()
{
    fs::path best;
    int best_version = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (version > best_version && fs::exists(entry.path() / "bin/initdb")) {
            best_version = version;
            best = entry.path() / "bin";
        }
    }
    if (!best.empty())
        return best;
    const auto answer = capture({"pg_config", "--bindir"});
    const fs::path folder = answer.substr(0, answer.find('\n'));
    return fs::exists(folder / "initdb") ? folder : fs::path{};
}

const fs::path& programs()
{
    static const fs::path folder = find_programs();
    return folder;
}

fs::path make_folder(const std::string& user)
{
    std::string name = (fs::temp_directory_path() / "kith-pg-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("Cannot make a temporary directory for PostgreSQL.");
    if (!user.empty()) {
        const auto* entry = ::getpwnam(user.c_str());
        if (!entry || ::chown(name.c_str(), entry->pw_uid, entry->pw_gid) != 0)
            throw std::runtime_error("Cannot give a directory to the user postgres.");
    }
    return name;
}

} // namespace

struct PostgresCluster::State {
    // PostgreSQL refuses to run as root.
    std::string user = ::geteuid() == 0 ? "postgres" : "";
    fs::path folder = make_folder(user);
    ChildProcess server;
    ChildProcess watchdog;
    ChildProcess psql;
    std::mutex mutex;
    std::map<std::string, std::string> templates;
    int databases = 0;

    std::string connection(const std::string& database) const
    {
        return "host=" + folder.string() + " user=postgres dbname=" + database;
    }
    std::string next_name() { return "kith_" + std::to_string(++databases); }
    void make();
    void start();
    void execute(const std::string& sql);
};

void PostgresCluster::State::make()
{
    const auto data = (folder / "data").string();
    ChildProcess::Options as_user;
    as_user.user = user;
    as_user.quiet = true;
    ChildProcess initdb({(programs() / "initdb").string(), "-D", data, "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8",
                         "--no-sync", "--no-instructions"},
                        as_user);
    if (initdb.wait() != 0)
        throw std::runtime_error("initdb failed.");
    // Reads until this program is gone in whatever way, for nobody ever writes; then ends the server and cleans up.
    ChildProcess::Options detached;
    detached.pipes = true;
    detached.own_session = true;
    watchdog = ChildProcess({"/bin/sh", "-c",
                             "read -r nothing; server=$(head -n 1 \"$1/data/postmaster.pid\" 2>/dev/null); "
                             "if [ -n \"$server\" ]; then kill -CONT \"$server\"; kill -QUIT \"$server\"; "
                             "for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 \"$server\" || break; sleep 0.2; done; fi 2>/dev/null; "
                             "rm -rf \"$1\"",
                             "watchdog", folder.string()},
                            detached);
}

void PostgresCluster::State::start()
{
    const auto data = (folder / "data").string();
    ChildProcess::Options as_user;
    as_user.user = user;
    as_user.quiet = true;
    server = ChildProcess({(programs() / "postgres").string(), "-D", data, "-k", folder.string(), "-c", "listen_addresses=", "-c", "fsync=off",
                           "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=200", "-c",
                           "shared_buffers=32MB", "-c", "autovacuum=off", "-c", "deadlock_timeout=100ms", "-c", "log_min_messages=fatal"},
                          as_user);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (ChildProcess({(programs() / "pg_isready").string(), "-q", "-h", folder.string(), "-U", "postgres"}).wait() != 0) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("PostgreSQL did not start within 30 seconds.");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ChildProcess::Options piped;
    piped.pipes = true;
    psql = ChildProcess({(programs() / "psql").string(), "-X", "-q", "-A", "-t", connection("postgres")}, piped);
}

void PostgresCluster::State::execute(const std::string& sql)
{
    psql.write(sql + ";\n\\echo kith-error :ERROR\n");
    while (true) {
        const auto line = psql.read_line();
        if (!line || *line == "kith-error true")
            throw std::runtime_error("psql refused: " + sql);
        if (*line == "kith-error false")
            return;
    }
}

bool PostgresCluster::available()
{
    return !programs().empty();
}

PostgresCluster& PostgresCluster::instance()
{
    static PostgresCluster cluster;
    return cluster;
}

PostgresCluster::PostgresCluster() : m_state(std::make_unique<State>())
{
    m_state->make();
    m_state->start();
}

PostgresCluster::~PostgresCluster()
{
    m_state->psql.close_input();
    m_state->psql.wait();
    m_state->server.signal(SIGQUIT);
    m_state->server.wait();
    m_state->watchdog.close_input(); // finds no server, and removes the directory
    m_state->watchdog.wait();
}

void PostgresCluster::stop()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->psql = ChildProcess{};
    m_state->server.signal(SIGQUIT);
    m_state->server.wait();
}

void PostgresCluster::start()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->start();
}

pid_t PostgresCluster::id() const
{
    return m_state->server.id();
}

std::string PostgresCluster::create_database()
{
    const std::lock_guard lock(m_state->mutex);
    const auto name = m_state->next_name();
    m_state->execute("CREATE DATABASE " + name + " TEMPLATE template0");
    return m_state->connection(name);
}

std::string PostgresCluster::create_database(const std::string& like, const std::function<void(const std::string&)>& prepare)
{
    const std::lock_guard lock(m_state->mutex);
    auto& from = m_state->templates[like];
    if (from.empty()) {
        const auto name = m_state->next_name();
        m_state->execute("CREATE DATABASE " + name + " TEMPLATE template0");
        prepare(m_state->connection(name));
        from = name;
    }
    const auto name = m_state->next_name();
    m_state->execute("CREATE DATABASE " + name + " TEMPLATE " + from);
    return m_state->connection(name);
}

void PostgresCluster::drop_database(const std::string& connection)
{
    const std::lock_guard lock(m_state->mutex);
    const auto name = connection.substr(connection.rfind('=') + 1);
    m_state->execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
}

void PostgresCluster::execute(const std::string& sql)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->execute(sql);
}

} // namespace kith::tests
