// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password.h"
#include "common/crypto/random.h"
#include "common/text/utf8.h"
#include "server/cli/commands.h"
#include "server/cli/password_prompt.h"
#include "server/features/accounts/account_standing.h"

#include <array>
#include <functional>
#include <iostream>

namespace kith::cli {

using db::Tx;

namespace {

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

/// One change of one account, in one transaction.
Result<void> change(const CommonOptions& options, const std::string& name,
                    const std::function<Result<void>(Tx&, const accounts::Account&)>& work)
{
    const SystemClock clock;
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    const auto username = name.starts_with('@') ? name.substr(1) : name;
    auto find_and_work = [&](Tx& tx) -> Result<void> {
        const auto account = accounts::find_by_handle(tx, username, {});
        if (!account)
            return fail(Errc::not_found, "There is no account " + username + " on " + tx.site().domain + ".");
        return work(tx, *account);
    };
    return environment->database->write_now(find_and_work);
}

Result<void> reset_password(const CommonOptions& options, const std::string& name)
{
    TRY_VOID(crypto::init());
    TRY(const auto password, read_password());
    TRY_VOID(accounts::check_password(password, name));
    TRY(const auto hash, crypto::hash_password(password));
    return change(options, name, [&](Tx& tx, const accounts::Account& account) { return accounts::reset_password(tx, account, hash); });
}

int say(const Result<void>& done, const std::string& sentence)
{
    if (!done)
        return report(done.error());
    std::cout << sentence << '\n';
    return 0;
}

} // namespace

int account_suspend(const CommonOptions& options, const std::string& name)
{
    return say(change(options, name, accounts::suspend),
               "Suspended " + name + ": nobody signs in to it, and who was signed in is out. `kithd account unsuspend` ends it.");
}

int account_unsuspend(const CommonOptions& options, const std::string& name)
{
    return say(change(options, name, accounts::unsuspend), name + " is no longer suspended.");
}

int account_set_role(const CommonOptions& options, const std::string& name, const std::string& role)
{
    const auto wanted = parse_role(role);
    if (!wanted)
        return report(wanted.error());
    const auto work = [&](Tx& tx, const accounts::Account& account) { return accounts::set_role(tx, account, *wanted); };
    return say(change(options, name, work), "The role of " + name + " is now " + role + ".");
}

int account_reset_password(const CommonOptions& options, const std::string& name)
{
    return say(reset_password(options, name), name + " has a new password, and is signed out everywhere.");
}

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
