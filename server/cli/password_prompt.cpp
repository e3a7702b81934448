// SPDX-License-Identifier: Apache-2.0
#include "server/cli/password_prompt.h"

#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace kith::cli {

namespace {

/// Turns the terminal's echo off for as long as it lives.
class HiddenInput {
public:
    HiddenInput()
    {
        m_changed = tcgetattr(STDIN_FILENO, &m_before) == 0;
        auto hidden = m_before;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_changed)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenInput()
    {
        if (m_changed)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

private:
    termios m_before{};
    bool m_changed = false;
};

} // namespace

Result<std::string> read_password()
{
    std::string password;
    if (isatty(STDIN_FILENO) == 0) {
        if (!std::getline(std::cin, password))
            return fail(Errc::invalid, "No password came on standard input.");
        return password;
    }
    std::string again;
    {
        const HiddenInput hidden;
        std::cerr << "Password: " << std::flush;
        std::getline(std::cin, password);
        std::cerr << "\nOnce more: " << std::flush;
        std::getline(std::cin, again);
        std::cerr << '\n';
    }
    if (password != again)
        return fail(Errc::invalid, "The two passwords differ.");
    return password;
}

} // namespace kith::cli
