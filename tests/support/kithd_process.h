// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"
#include "tests/support/http_client.h"
#include "tests/support/patience.h"
#include "tests/support/test_ca.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kith::tests {

/// How a test's kithd is set up. What is not named here goes into `settings`.
struct KithdOptions {
    std::string domain;     ///< "alpha.test"; empty: localhost with the port, over plain HTTP
    std::uint16_t port = 0; ///< on 127.0.0.1; 0: a free one
    std::string postgres; ///< connection string of an empty database; empty: SQLite in the data directory
    /// With both, TLS with a certificate for the domain, and this authority is trusted in fetches.
    std::optional<TestCertificate> certificate;
    std::filesystem::path ca_file;
    std::vector<std::string> connect_to; ///< "beta.test:443:127.0.0.1:PORT"
    std::map<std::string, std::string> settings; ///< by variable: {"KITH_LOG_LEVEL", "debug"}; win over all above
    /// On PostgreSQL: beside this process another one for the web, and one for jobs; this one leaves jobs to it. Clients
    /// connect to the two in turn.
    bool cluster = false;
    std::filesystem::path secret_key = {}; ///< is copied into the data directory before the first start
};

/// A real kithd in a temporary data directory, over which sign-up is open and which may fetch from 127.0.0.0/8 (only).
/// Killed with this object, or with the thread that started it. Throws std::runtime_error, with the log, when something does not
/// go as it should.
///
///     KithdProcess server;
///     auto alice = server.sign_up("alice");
///     alice.post("/api/v1/statuses", {{"status", "hello"}});
class KithdProcess {
public:
    /// Starts it and waits until it answers.
    explicit KithdProcess(KithdOptions options = {});
    ~KithdProcess();
    KithdProcess(const KithdProcess&) = delete;
    KithdProcess& operator=(const KithdProcess&) = delete;

    void start();
    /// SIGTERM, and its end with status 0 within k_patience.
    void stop();
    /// SIGKILL.
    void kill();
    void restart()
    {
        stop();
        start();
    }
    bool running() const { return m_child.id() > 0; }
    pid_t id() const { return m_child.id(); }
    /// Of it and the others of its cluster that still live.
    std::vector<pid_t> living() const;

    struct Finished {
        int status = 0;
        std::string output;
        std::string errors;
    };
    /// Another run of the program on the same settings and data, to its end (within k_patience): {"account", "list"}. `input`
    /// is its standard input.
    Finished run(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& settings = {}, const std::string& input = {}) const;

    std::uint16_t port() const { return m_options.port; }
    const std::string& domain() const { return m_domain; }
    const std::string& base_url() const { return m_base_url; }
    const std::filesystem::path& data_dir() const { return m_data_dir; }

    HttpClient client() const;
    /// Makes an account; a client signed in as it. The password is k_password.
    HttpClient sign_up(const std::string& name) const;
    static constexpr const char* k_password = "correct horse battery";

    /// All that it and the others of its cluster wrote since the object was made, over restarts.
    std::string log_text() const;
    bool wait_for_log(const std::string& text, std::chrono::milliseconds within = k_patience) const;

private:
    struct Output;
    std::vector<std::string> environment(const std::map<std::string, std::string>& more) const;
    void finish();
    void start_others();

    KithdOptions m_options;
    std::string m_domain;
    std::string m_base_url;
    std::filesystem::path m_folder;
    std::filesystem::path m_data_dir;
    ChildProcess m_child;
    std::unique_ptr<Output> m_output;
    std::vector<std::unique_ptr<KithdProcess>> m_others; ///< of a cluster: for the web, for jobs
};

/// A port of 127.0.0.1 where nobody listens, outside the range that the system gives to outgoing connections.
std::uint16_t free_port();

} // namespace kith::tests
