// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/cli/environment.h"

#include <string>

/// kithd's subcommands. Each answers the process's exit status, and has told the user what went wrong.
namespace kith::cli {

struct AccountOptions {
    std::string name;
    std::string display_name;
    std::string role = "user";
};

int serve(const CommonOptions& options);
/// The password comes from a prompt or, when standard input is no terminal, from its first line.
int account_create(const CommonOptions& options, const AccountOptions& account);
int account_list(const CommonOptions& options);
/// A running server heeds these within two seconds. Names with or without the @.
int account_suspend(const CommonOptions& options, const std::string& name);
int account_unsuspend(const CommonOptions& options, const std::string& name);
int account_set_role(const CommonOptions& options, const std::string& name, const std::string& role);
/// The password comes as for account_create.
int account_reset_password(const CommonOptions& options, const std::string& name);
/// People, posts, replies; `mira`'s password goes to demo-password (0600) in the data directory. Doing it again changes
/// nothing.
int demo(const CommonOptions& options);
enum class DryRun { No, Yes };
/// Brings the database's schema up to this program's; a dry run only says what would be done.
int migrate(const CommonOptions& options, DryRun dry_run);
/// What `kithd backup` and `kithd restore` were told.
struct BackupOptions {
    std::string file;
    std::string passphrase_file;
    bool check = false;              ///< only read it and say whether it is whole
    bool keep_sessions = false;
    bool release_deliveries = false; ///< after a restore: send what was held
    bool drop_deliveries = false;    ///< or forget it
};
/// The passphrase comes from a file, from a prompt, or from the first line of standard input.
int backup(const CommonOptions& options, const BackupOptions& wanted);
int restore(const CommonOptions& options, const BackupOptions& wanted);
/// Looks at settings, files, keys, database, certificate, and says what to do.
int doctor(const CommonOptions& options);
/// Prints the reference of all settings (docs/configuration.md).
int config_reference();

/// Writes the sentence to standard error; 1.
int report(const Error& error);

} // namespace kith::cli
