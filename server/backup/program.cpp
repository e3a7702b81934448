// SPDX-License-Identifier: Apache-2.0
#include "server/backup/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace kith::backup {

namespace {

std::string reason(int error)
{
    return std::generic_category().message(error);
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> with_basics(std::vector<std::string> environment)
{
    for (const char* name : {"PATH", "HOME"})
        if (const char* value = std::getenv(name))
            environment.push_back(std::string{name} + "=" + value);
    environment.emplace_back("LC_ALL=C");
    return environment;
}

/// Starts it with standard input, output and errors where they belong; an error number or 0.
int spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          int input, int output, int errors, pid_t& process)
{
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    sigset_t usual{};
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    auto words = command;
    auto variables = with_basics(environment);
    const int error = posix_spawn(&process, command.front().c_str(), &actions, &attributes,
                                  pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

} // namespace

Program::Program(std::string name, pid_t process, int pipe, int errors)
    : m_name(std::move(name)), m_process(process), m_pipe(pipe), m_errors(errors)
{
}

Program::Program(Program&& other) noexcept
    : m_name(std::move(other.m_name)), m_process(std::exchange(other.m_process, -1)),
      m_pipe(std::exchange(other.m_pipe, -1)), m_errors(std::exchange(other.m_errors, -1))
{
}

Program::~Program()
{
    if (m_process > 0)
        ::kill(m_process, SIGKILL);
    close_and_wait();
    if (m_errors >= 0)
        ::close(m_errors);
}

Result<Program> Program::start(const std::vector<std::string>& command,
                               const std::vector<std::string>& environment, Pipe pipe)
{
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{-1, -1};
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const int errors = ::memfd_create("errors", MFD_CLOEXEC); // however much it complains, it never waits for us
    int error = ::pipe2(ends.data(), O_CLOEXEC) == 0 && nothing >= 0 && errors >= 0 ? 0 : errno;
    pid_t process = -1;
    const bool reads = pipe == Pipe::to_it;
    if (error == 0)
        error = spawn(command, environment, reads ? ends[0] : nothing, reads ? nothing : ends[1], errors, process);
    ::close(nothing);
    ::close(ends[reads ? 0 : 1]);
    Program program{command.front(), process, ends[reads ? 1 : 0], errors};
    if (error != 0) {
        program.m_process = -1;
        return fail(Errc::unavailable, command.front() + " cannot be started: " + reason(error) + ".");
    }
    return program;
}

int Program::close_and_wait()
{
    if (m_pipe >= 0)
        ::close(std::exchange(m_pipe, -1));
    if (m_process <= 0)
        return -1;
    int status = 0;
    while (::waitpid(m_process, &status, 0) < 0 && errno == EINTR) { }
    m_process = -1;
    return status;
}

std::string Program::complaint() const
{
    std::array<char, 400> text{};
    const auto size = ::pread(m_errors, text.data(), text.size(), 0);
    const std::string_view all{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    return std::string{all.substr(0, all.find('\n'))};
}

Result<std::size_t> Program::read(std::span<std::byte> into)
{
    while (true) {
        const auto count = ::read(m_pipe, into.data(), into.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            return fail(Errc::unavailable, m_name + " cannot be read: " + reason(errno) + ".");
    }
}

Result<void> Program::write(crypto::ByteView bytes)
{
    while (!bytes.empty()) {
        const auto count = ::write(m_pipe, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) { // it has ended: finish() knows why
            TRY_VOID(finish());
            return fail(Errc::unavailable, m_name + " ended before it had taken everything.");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> Program::finish()
{
    const int status = close_and_wait();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return {};
    return fail(Errc::unavailable, m_name + " failed.", complaint());
}

} // namespace kith::backup
