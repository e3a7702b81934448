// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <sys/types.h>

namespace kith::tests {

/// A private PostgreSQL server for this test program: made by initdb in a temporary directory, reached over a Unix
/// socket only, without fsync, in the C collation. Started at the first use; stopped and removed at the program's end,
/// by a watchdog also when the program crashes.
class PostgresCluster {
public:
    /// Whether PostgreSQL's server programs are installed; packaging/test installs them.
    static bool available();
    /// The sentence for GTEST_SKIP.
    static const char* why_not() { return "PostgreSQL's server is not installed; packaging/test installs it."; }
    /// Starts the cluster when needed. Throws std::runtime_error when that fails.
    static PostgresCluster& instance();

    ~PostgresCluster();

    /// A new empty database's connection string.
    std::string create_database();
    /// A new database's connection string: a copy of the one that `prepare` filled once per program and name.
    std::string create_database(const std::string& like, const std::function<void(const std::string& connection)>& prepare);
    /// Ends sessions of the database and removes it.
    void drop_database(const std::string& connection);
    /// Runs SQL in the database "postgres", outside a transaction.
    void execute(const std::string& sql);

    /// Ends the server at once, as a crash does, and starts it again with all that was committed.
    void stop();
    void start();
    /// The server's process.
    pid_t id() const;

private:
    PostgresCluster();
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace kith::tests
