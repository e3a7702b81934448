// SPDX-License-Identifier: Apache-2.0
#include "server/cli/commands.h"
#include "server/cli/jobs_commands.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

using kith::cli::AccountOptions;
using kith::cli::CommonOptions;
using kith::cli::JobsOptions;

/// The options that every command takes; those given override file and environment.
void add_common(CLI::App& app, CommonOptions& options)
{
    app.add_option("--config", options.config_file, "Settings file (TOML); docs/configuration.md lists all settings");
    const auto add = [&](const char* name, const char* key, const char* help) {
        app.add_option_function<std::string>(
            name, [&options, key](const std::string& value) { options.overrides.emplace_back(key, value); }, help);
    };
    add("--data-dir", "server.data_dir", "Where kithd keeps its files");
    add("--listen", "server.listen", "Address and port, for instance 127.0.0.1:8080");
    add("--domain", "server.domain", "What stands after the @ of a handle");
    add("--roles", "server.roles", "web, streaming, worker: what this process does");
}

/// `command` adds a subcommand with the common options.
template <class AddCommand>
void add_jobs_commands(CLI::App& app, const AddCommand& command, const CommonOptions& options, JobsOptions& jobs)
{
    auto* queue = app.add_subcommand("jobs", "What waits to be done and delivered, and what was given up");
    queue->require_subcommand(1);
    auto* list = command(*queue, "list", "List jobs", [&] { return kith::cli::jobs_list(options, jobs); });
    list->add_flag("--dead", jobs.dead, "Those that were given up");
    list->add_option("--kind", jobs.kind, "Of this kind: deliver, fan_out");
    list->add_option("--lane", jobs.lane, "Of this lane: a host");
    auto* lanes = command(*queue, "lanes", "List the lanes that fail: hosts that do not take what is delivered",
                          [&] { return kith::cli::jobs_lanes(options, jobs); });
    for (auto* sub : {list, lanes}) {
        sub->add_option("--limit", jobs.limit, "At most so many (50)")->check(CLI::Range(1, 100000));
        sub->add_flag("--json", jobs.json, "As JSON");
    }
    auto* retry = command(*queue, "retry", "Put dead jobs back into the queue", [&] { return kith::cli::jobs_retry(options, jobs); });
    retry->add_option("id", jobs.id, "This one");
    retry->add_flag("--all-dead", jobs.all_dead, "All of them");
    retry->add_option("--lane", jobs.lane, "Those of this lane; and what waits in it is tried now");
    auto* purge = command(*queue, "purge", "Delete dead jobs", [&] { return kith::cli::jobs_purge(options, jobs); });
    purge->add_option("--before", jobs.before, "Those enqueued before this date");
    purge->add_flag("--all-dead", jobs.all_dead, "All of them");
    for (auto* sub : {retry, purge})
        sub->add_flag("--json", jobs.json, "As JSON");
}

int run(int argc, char** argv)
{
    CLI::App app{"kithd, the Kith home server"};
    app.set_version_flag("--version", "kithd 0.1.0");
    app.require_subcommand(1);
    CommonOptions options;
    AccountOptions account;
    JobsOptions jobs;
    int status = 0;
    const auto command = [&](CLI::App& parent, const char* name, const char* help, auto action) {
        auto* sub = parent.add_subcommand(name, help);
        add_common(*sub, options);
        sub->callback([&status, action] { status = action(); });
        return sub;
    };

    command(app, "serve", "Run the server", [&] { return kith::cli::serve(options); });
    auto* accounts = app.add_subcommand("account", "Accounts of this server");
    accounts->require_subcommand(1);
    auto* create = command(*accounts, "create", "Make an account; the password is asked for, or read from standard input",
                           [&] { return kith::cli::account_create(options, account); });
    create->add_option("name", account.name, "Its name")->required();
    create->add_option("--display-name", account.display_name, "What others see");
    create->add_option("--role", account.role, "user, moderator or admin");
    const auto of_one = [&](const char* name, const char* help, auto action) {
        auto* sub = command(*accounts, name, help, action);
        sub->add_option("name", account.name, "Its name")->required();
        return sub;
    };
    of_one("suspend", "Nobody signs in to the account any more, and who was signed in is out",
           [&] { return kith::cli::account_suspend(options, account.name); });
    of_one("unsuspend", "Let a suspended account in again", [&] { return kith::cli::account_unsuspend(options, account.name); });
    of_one("set-role", "Make the account a user, moderator or admin",
           [&] { return kith::cli::account_set_role(options, account.name, account.role); })
        ->add_option("role", account.role, "user, moderator or admin")
        ->required();
    of_one("reset-password", "Give the account a new password, asked for or read from standard input; it is signed out everywhere",
           [&] { return kith::cli::account_reset_password(options, account.name); });
    command(*accounts, "list", "List the accounts", [&] { return kith::cli::account_list(options); });
    add_jobs_commands(app, command, options, jobs);
    command(app, "demo", "Fill an empty server with invented people and posts", [&] { return kith::cli::demo(options); });
    auto dry_run = kith::cli::DryRun::No;
    auto* migrate = command(app, "migrate", "Bring the database's schema up to this program's",
                            [&] { return kith::cli::migrate(options, dry_run); });
    migrate->add_flag_callback("--dry-run", [&] { dry_run = kith::cli::DryRun::Yes; }, "Only say what would be done");
    kith::cli::BackupOptions backing_up;
    auto* backup = command(app, "backup", "Write database, keys and media into one file, sealed with a passphrase",
                           [&] { return kith::cli::backup(options, backing_up); });
    backup->add_option("file", backing_up.file, "A new file")->required();
    backup->add_option("--passphrase-file", backing_up.passphrase_file, "Its first line is the passphrase");
    backup->add_flag("--check", backing_up.check, "Read a backup to its end and say whether it is whole");
    auto* restore = command(app, "restore", "Put a backup into an empty data directory (and PostgreSQL database)",
                            [&] { return kith::cli::restore(options, backing_up); });
    restore->add_option("file", backing_up.file, "What kithd backup wrote");
    restore->add_option("--passphrase-file", backing_up.passphrase_file, "Its first line is the passphrase");
    restore->add_flag("--keep-sessions", backing_up.keep_sessions, "Who was signed in then stays signed in");
    restore->add_flag("--release-deliveries", backing_up.release_deliveries, "Send the deliveries that a restore held");
    restore->add_flag("--drop-deliveries", backing_up.drop_deliveries, "Forget the deliveries that a restore held");
    command(app, "doctor", "Check settings, files, keys and database", [&] { return kith::cli::doctor(options); });
    auto* reference = app.add_subcommand("config", "Print the reference of all settings");
    reference->callback([&status] { status = kith::cli::config_reference(); });

    CLI11_PARSE(app, argc, argv);
    return status;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "kithd: " << error.what() << '\n';
        return 1;
    }
}
