// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace kith::backup {

/// Another program, of which we read the output or write the input. Killed when it is given up. One thread.
class Program {
public:
    enum class Pipe { from_it, to_it };
    /// `environment` is added to PATH, HOME and the language C. From now on this process ignores SIGPIPE. `unavailable`
    /// when it cannot be started.
    static Result<Program> start(const std::vector<std::string>& command,
                                 const std::vector<std::string>& environment, Pipe pipe);
    Program(Program&& other) noexcept;
    ~Program();

    /// 0 at the end.
    Result<std::size_t> read(std::span<std::byte> into);
    Result<void> write(crypto::ByteView bytes);
    /// Closes the pipe and waits for its end. `unavailable` with the first line of what it complained about.
    Result<void> finish();

private:
    Program(std::string name, pid_t process, int pipe, int errors);
    std::string complaint() const;
    int close_and_wait();

    std::string m_name;
    pid_t m_process;
    int m_pipe;
    int m_errors;
};

} // namespace kith::backup
