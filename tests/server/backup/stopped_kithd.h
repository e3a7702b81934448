// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/kithd_process.h"
#include "tests/support/test_database.h"

#include <filesystem>
#include <string>
#include <vector>

namespace kith::tests {

/// A kithd that does not run yet, without a database: a test puts one there. PostgreSQL must be available for its engine.
class StoppedKithd {
public:
    explicit StoppedKithd(Engine engine, KithdOptions options = {});
    ~StoppedKithd();
    StoppedKithd(const StoppedKithd&) = delete;
    StoppedKithd& operator=(const StoppedKithd&) = delete;

    KithdProcess& operator*() { return *m_server; }
    KithdProcess* operator->() { return m_server.get(); }

    /// Removes database and data directory. While it does not run.
    void wipe();
    /// Puts a database of an earlier schema (a file of tests/fixtures/schemas) in the empty place, with its secret.key.
    void load_schema(const std::filesystem::path& fixture);
    /// The first cell of the answer, as text, past the server.
    std::string ask(const std::string& sql) const;

    Engine engine() const { return m_engine; }
    const std::string& postgres() const { return m_postgres; }

private:
    void run_sql(const std::string& text) const;

    Engine m_engine;
    std::string m_postgres;
    std::unique_ptr<KithdProcess> m_server;
};

/// What stands behind `-- LABEL: ` in a fixture.
std::string noted(const std::filesystem::path& fixture, const std::string& label);
std::vector<std::filesystem::path> schema_fixtures();

} // namespace kith::tests
