// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password.h"
#include "common/text/utf8.h"
#include "server/cli/commands.h"
#include "server/features/accounts/account.h"

#include <array>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace kith::cli {

using db::Tx;

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

Result<accounts::Role> parse_role(const std::string& name)
{
    if (name == "user")
        return accounts::Role::user;
    if (name == "moderator")
        return accounts::Role::moderator;
    if (name == "admin")
        return accounts::Role::admin;
    return fail(Errc::invalid, "A role is user, moderator or admin.");
}

Result<std::string> create(const CommonOptions& options, const AccountOptions& wanted)
{
    const SystemClock clock;
    accounts::NewAccount account;
    TRY(account.username, accounts::check_username(wanted.name, accounts::ReservedNames::Allow));
    TRY(account.role, parse_role(wanted.role));
    account.display_name = text::clean_line(wanted.display_name, 100);
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    TRY(const auto password, read_password());
    TRY_VOID(accounts::check_password(password, account.username));
    TRY(account.password_hash, crypto::hash_password(password));
    TRY(account.keys, environment->keys->make());
    auto work = [&](Tx& tx) { return accounts::create_local(tx, account); };
    TRY(const auto made, environment->database->write_now(work));
    return "@" + made.username + "@" + environment->site.domain;
}

constexpr db::Query k_list{"cli.accounts", R"sql(
    SELECT a.username, a.display_name, u.role, a.created_at, a.suspended_at, c.statuses
    FROM users u JOIN accounts a ON a.id = u.account_id JOIN account_counts c ON c.account_id = a.id
    ORDER BY a.username_folded)sql"};

Result<void> list(const CommonOptions& options)
{
    const SystemClock clock;
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    auto work = [](Tx& tx) -> Result<db::Rows> { return tx.query(k_list); };
    TRY(const auto rows, environment->database->read_now(work));
    constexpr std::array roles{"user", "moderator", "admin"};
    for (const auto& row : rows)
        std::cout << row.text(0) << '\t' << roles.at(static_cast<std::size_t>(row.integer(2))) << '\t'
                  << to_iso8601(row.time(3)).substr(0, 10) << '\t' << row.integer(5) << " posts\t"
                  << (row.is_null(4) ? "" : "suspended\t") << row.text(1) << '\n';
    return {};
}

} // namespace

int account_create(const CommonOptions& options, const AccountOptions& account)
{
    const auto made = create(options, account);
    if (!made)
        return report(made.error());
    std::cout << "Made " << *made << ".\n";
    return 0;
}

int account_list(const CommonOptions& options)
{
    const auto done = list(options);
    return done ? 0 : report(done.error());
}

} // namespace kith::cli
