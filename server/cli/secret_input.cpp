// SPDX-License-Identifier: Apache-2.0
#include "server/cli/secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>

namespace kith::cli {

namespace {

constexpr std::size_t k_longest = 1024;
constexpr std::ptrdiff_t k_shortest_passphrase = 12;

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

std::string capitalised(std::string word)
{
    word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
    return word;
}

std::ptrdiff_t characters(const std::string& text)
{
    return std::ranges::count_if(text, [](unsigned char byte) { return (byte & 0xc0) != 0x80; });
}

} // namespace

Result<std::string> read_secret(const std::string& what, Ask ask)
{
    std::string secret;
    if (isatty(STDIN_FILENO) == 0) {
        if (!std::getline(std::cin, secret))
            return fail(Errc::invalid, "No " + what + " came on standard input.");
        return secret;
    }
    std::string again;
    {
        const HiddenInput hidden;
        std::cerr << capitalised(what) << ": " << std::flush;
        std::getline(std::cin, secret);
        if (ask == Ask::twice) {
            std::cerr << "\nOnce more: " << std::flush;
            std::getline(std::cin, again);
        }
        std::cerr << '\n';
    }
    if (ask == Ask::twice && secret != again)
        return fail(Errc::invalid, "The two " + what + "s differ.");
    return secret;
}

Result<std::string> read_secret_file(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string text(k_longest + 2, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    if (text.empty())
        return fail(Errc::invalid, "No passphrase can be read from " + file.string() + ".");
    text.resize(std::min(text.size(), text.find('\n')));
    if (text.size() > k_longest)
        return fail(Errc::invalid, "The first line of " + file.string() + " is too long for a passphrase.");
    return text;
}

Result<std::string> read_passphrase(const std::string& file, Ask ask)
{
    TRY(auto passphrase, file.empty() ? read_secret("passphrase", ask) : read_secret_file(file));
    if (ask == Ask::twice && characters(passphrase) < k_shortest_passphrase)
        return fail(Errc::invalid, "The passphrase is too short: it needs 12 characters at least, "
                                   "for who has the file can try as often as "
                                   "they like.");
    return passphrase;
}

} // namespace kith::cli
