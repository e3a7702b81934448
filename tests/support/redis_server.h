// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"

#include <filesystem>
#include <string>

namespace kith::tests {

/// A private Redis for one test: in a temporary directory, without persistence, reached over a Unix socket only. Killed
/// with this object.
class RedisServer {
public:
    /// Whether redis-server is installed; packaging/test installs it.
    static bool available();
    /// The sentence for GTEST_SKIP.
    static const char* why_not()
    {
        return "redis-server is not installed; packaging/test installs it.";
    }

    /// Starts it, and waits until it answers. Throws std::runtime_error. `password`: empty for none.
    explicit RedisServer(std::string password = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// "unix:…", as the configuration wants it.
    std::string address() const;
    /// All that it held is gone.
    void kill();
    void start();
    /// As when a machine hangs: connections stay, nothing is answered.
    void freeze() const { m_child.signal(SIGSTOP); }
    void thaw() const { m_child.signal(SIGCONT); }

    /// What redis-cli prints for a command.
    std::string ask(const std::vector<std::string>& command) const;

private:
    std::filesystem::path m_folder;
    std::string m_password;
    ChildProcess m_child;
};

} // namespace kith::tests
