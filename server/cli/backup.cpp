// SPDX-License-Identifier: Apache-2.0
#include "server/backup/backup.h"

#include "common/crypto/random.h"
#include "server/cli/backup_progress.h"
#include "server/cli/commands.h"
#include "server/cli/secret_input.h"

#include <iostream>

namespace kith::cli {

namespace {

std::string size_text(std::uint64_t bytes)
{
    return bytes < 10 << 20 ? std::to_string((bytes + 1023) >> 10) + " KiB"
                            : std::to_string(bytes >> 20) + " MiB";
}

void tell(const backup::Summary& summary)
{
    const auto& manifest = summary.manifest;
    std::cout << "  of        " << manifest.domain << " (" << manifest.base_url << ")\n"
              << "  made at   " << to_iso8601(manifest.made_at) << '\n'
              << "  database  " << manifest.engine << ", schema " << manifest.schema.back() << '\n'
              << "  media     " << summary.files << " files\n"
              << "  together  " << size_text(summary.bytes) << '\n';
}

Result<void> check(const BackupOptions& wanted)
{
    TRY_VOID(crypto::init());
    TRY(const auto passphrase, read_passphrase(wanted.passphrase_file, Ask::once));
    BackupProgress progress;
    TRY(const auto summary, backup::check(wanted.file, passphrase, progress.action()));
    TRY_VOID(backup::check_schema_known(summary.manifest));
    progress.end();
    std::cout << "The backup is whole.\n";
    tell(summary);
    return {};
}

/// Opening the environment would make what is not there.
Result<void> check_present(const core::Config& config)
{
    const auto key = config.server.data_dir / "secret.key";
    std::error_code ignored;
    if (!std::filesystem::exists(key, ignored))
        return fail(Errc::not_found, "There is no server to back up: " + key.string() + " is missing.");
    const auto database = sqlite_file(config);
    if (config.database.engine != "postgres" && !std::filesystem::exists(database, ignored))
        return fail(Errc::not_found, "There is no server to back up: " + database.string() + " is missing.");
    return {};
}

Result<void> make(const CommonOptions& options, const BackupOptions& wanted)
{
    TRY(const auto config, load(options));
    TRY_VOID(check_present(config));
    const SystemClock clock;
    TRY(const auto environment, Environment::open_unmigrated(options, Lock::No, clock));
    TRY(const auto passphrase, read_passphrase(wanted.passphrase_file, Ask::twice));
    const auto data_dir = environment->data_dir->path();
    const bool postgres = config.database.engine == "postgres";
    const backup::Source source{*environment->database, postgres ? config.database.connection : "",
                                sqlite_file(config), data_dir};
    BackupProgress progress;
    TRY(const auto summary, backup::make(source, wanted.file, passphrase, clock.now(), progress.action()));
    progress.end();
    std::cout << "Wrote " << wanted.file << ".\n";
    tell(summary);
    std::cout << "Without the passphrase nobody can read it, and you cannot either.\n";
    return {};
}

} // namespace

int backup(const CommonOptions& options, const BackupOptions& wanted)
{
    const auto done = wanted.check ? check(wanted) : make(options, wanted);
    return done ? 0 : report(done.error());
}

} // namespace kith::cli
