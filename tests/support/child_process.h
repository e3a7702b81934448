// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <csignal>
#include <sys/types.h>

namespace kith::tests {

/// Another program, run by a test. Killed and collected by the destructor. Throws std::runtime_error when it cannot start.
class ChildProcess {
public:
    struct Options {
        std::string user;         ///< runs as this user; only root can
        bool pipes = false;       ///< write() and read_line() talk to it; else it has no input
        bool own_session = false; ///< signals to this program's group do not reach it
        bool quiet = false;       ///< its output is thrown away
        bool merge_errors = false;         ///< with `pipes`: read_line() gives its standard error as well
        std::string errors_to = {};        ///< its standard error goes to this file, made anew
        std::vector<std::string> environment = {}; ///< "NAME=value"; empty: this program's own
        bool dies_with_us = false; ///< killed when the thread that started it ends, however that happens
    };

    ChildProcess() = default;
    explicit ChildProcess(const std::vector<std::string>& command) : ChildProcess(command, Options{}) { }
    ChildProcess(const std::vector<std::string>& command, const Options& options);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();

    pid_t id() const { return m_id; }
    void signal(int number) const;
    /// Waits for its end; the exit status, or 128 + the signal that ended it. -1 when it never ran.
    int wait();

    void write(const std::string& text);
    void close_input();
    /// A line without its end; nothing at the end of the output.
    std::optional<std::string> read_line();

private:
    pid_t m_id = -1;
    int m_input = -1;
    int m_output = -1;
    std::string m_unread;
};

/// Runs the program and answers what it wrote to its standard output; "" when it cannot run.
std::string capture(const std::vector<std::string>& command);

} // namespace kith::tests
