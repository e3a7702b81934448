// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child_process.h"

#include <cerrno>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kith::tests {

namespace {

struct Pipe {
    int ends[2] = {-1, -1};
    void open()
    {
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw std::runtime_error("Cannot make a pipe.");
    }
};

void become(const struct passwd* user)
{
    if (!user)
        return;
    if (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)
        ::_exit(126);
}

struct Command {
    char* const* arguments;
    char* const* environment; ///< null: ours
    pid_t parent;
    int errors; ///< -1: as `options` say
};

/// Between fork and exec: system calls only.
[[noreturn]] void run(const Command& command, const ChildProcess::Options& options, const struct passwd* user, int input, int output)
{
    if (options.dies_with_us && (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != command.parent))
        ::_exit(126);
    ::dup2(input, STDIN_FILENO);
    if (output >= 0)
        ::dup2(output, STDOUT_FILENO);
    if (options.quiet || options.merge_errors)
        ::dup2(output, STDERR_FILENO);
    if (command.errors >= 0)
        ::dup2(command.errors, STDERR_FILENO);
    if (options.own_session)
        ::setsid();
    if (user && ::chdir("/") != 0) // the working directory may be closed to that user
        ::_exit(126);
    become(user);
    if (command.environment)
        ::execvpe(command.arguments[0], command.arguments, command.environment);
    else
        ::execvp(command.arguments[0], command.arguments);
    ::_exit(127);
}

std::vector<char*> pointers_to(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (const auto& word : words)
        pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const Options& options)
{
    const auto* user = options.user.empty() ? nullptr : ::getpwnam(options.user.c_str());
    if (!options.user.empty() && !user)
        throw std::runtime_error("There is no user " + options.user + ".");
    const auto arguments = pointers_to(command);
    const auto environment = pointers_to(options.environment);

    Pipe to;
    Pipe from;
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (options.pipes) {
        to.open();
        from.open();
    }
    const int errors = options.errors_to.empty() ? -1 : ::open(options.errors_to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const Command what{arguments.data(), options.environment.empty() ? nullptr : environment.data(), ::getpid(), errors};
    m_id = ::fork();
    if (m_id == 0)
        run(what, options, user, options.pipes ? to.ends[0] : nowhere,
            options.pipes ? from.ends[1] : (options.quiet ? nowhere : -1));
    ::close(nowhere);
    if (errors >= 0)
        ::close(errors);
    if (options.pipes) {
        ::close(to.ends[0]);
        ::close(from.ends[1]);
        m_input = to.ends[1];
        m_output = from.ends[0];
    }
    if (m_id < 0)
        throw std::runtime_error("Cannot start " + command.front() + ".");
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
{
    *this = std::move(other);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept
{
    std::swap(m_id, other.m_id);
    std::swap(m_input, other.m_input);
    std::swap(m_output, other.m_output);
    std::swap(m_unread, other.m_unread);
    return *this;
}

ChildProcess::~ChildProcess()
{
    close_input();
    if (m_output >= 0)
        ::close(m_output);
    if (m_id > 0) {
        signal(SIGKILL);
        wait();
    }
}

void ChildProcess::signal(int number) const
{
    if (m_id > 0)
        ::kill(m_id, number);
}

int ChildProcess::wait()
{
    if (m_id <= 0)
        return -1;
    int status = 0;
    while (::waitpid(m_id, &status, 0) < 0 && errno == EINTR) { }
    m_id = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void ChildProcess::write(const std::string& text)
{
    std::size_t done = 0;
    while (done < text.size()) {
        const auto written = ::write(m_input, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw std::runtime_error("The other program does not read any more.");
        done += static_cast<std::size_t>(written);
    }
}

void ChildProcess::close_input()
{
    if (m_input >= 0)
        ::close(std::exchange(m_input, -1));
}

std::optional<std::string> ChildProcess::read_line()
{
    while (true) {
        if (const auto end = m_unread.find('\n'); end != std::string::npos) {
            auto line = m_unread.substr(0, end);
            m_unread.erase(0, end + 1);
            return line;
        }
        char buffer[4096];
        const auto count = ::read(m_output, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return std::nullopt;
        m_unread.append(buffer, static_cast<std::size_t>(count));
    }
}

std::string capture(const std::vector<std::string>& command)
{
    ChildProcess::Options options;
    options.pipes = true;
    ChildProcess child(command, options);
    std::string output;
    while (const auto line = child.read_line())
        output += *line + '\n';
    return child.wait() == 0 ? output : "";
}

} // namespace kith::tests
