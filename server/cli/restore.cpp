// SPDX-License-Identifier: Apache-2.0
#include "server/backup/restore.h"

#include "common/crypto/random.h"
#include "server/cli/backup_progress.h"
#include "server/cli/commands.h"
#include "server/cli/secret_input.h"

#include <iostream>

namespace kith::cli {

using db::Tx;

namespace {

void tell(const backup::Restored& restored, const core::Config& config)
{
    const auto& manifest = restored.summary.manifest;
    std::cout << "Restored " << manifest.domain << " as of " << to_iso8601(manifest.made_at)
              << " into " << config.server.data_dir.string() << ".\n";
    if (restored.aftermath.revoked > 0)
        std::cout << "Everybody is signed out: what was ended since the backup would have come "
                     "back (--keep-sessions leaves it).\n";
    if (restored.aftermath.held > 0)
        std::cout << restored.aftermath.held << " deliveries to other servers wait since the backup was made, and are held. They may be old or "
                  << "sent already. Choose:\n"
                  << "  kithd restore --release-deliveries    sends them\n"
                  << "  kithd restore --drop-deliveries       forgets them\n";
}

Result<void> put_back(const CommonOptions& options, const BackupOptions& wanted)
{
    TRY_VOID(crypto::init());
    if (wanted.file.empty())
        return fail(Errc::invalid, "Say which backup: kithd restore FILE.");
    TRY(const auto config, load(options));
    TRY(const auto passphrase, read_passphrase(wanted.passphrase_file, Ask::once));
    const SystemClock clock;
    backup::Target target;
    target.engine = config.database.engine;
    target.connection = config.database.connection;
    target.data_dir = std::filesystem::absolute(config.server.data_dir);
    target.database_file = std::filesystem::absolute(sqlite_file(config));
    target.domain = config.server.domain;
    BackupProgress progress;
    const auto keep = wanted.keep_sessions ? backup::KeepSessions::Yes : backup::KeepSessions::No;
    TRY(const auto restored, backup::restore(target, wanted.file, passphrase, keep, clock, progress.action()));
    progress.end();
    tell(restored, config);
    return {};
}

Result<void> decide_deliveries(const CommonOptions& options, bool release)
{
    const SystemClock clock;
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    std::int64_t all = 0;
    if (!release) {
        auto drop = [](Tx& tx) -> Result<std::int64_t> { return backup::drop_deliveries(tx); };
        TRY(all, environment->database->write_now(drop));
        std::cout << all << " held deliveries were forgotten.\n";
        return {};
    }
    auto some = [](Tx& tx) { return backup::release_deliveries(tx); };
    while (true) {
        TRY(const auto count, environment->database->write_now(some));
        if (count == 0)
            break;
        all += count;
    }
    std::cout << all << " held deliveries will be sent.\n";
    return {};
}

Result<void> run(const CommonOptions& options, const BackupOptions& wanted)
{
    if (!wanted.release_deliveries && !wanted.drop_deliveries)
        return put_back(options, wanted);
    if (wanted.release_deliveries && wanted.drop_deliveries)
        return fail(Errc::invalid, "Deliveries can be released or dropped, not both.");
    if (!wanted.file.empty())
        return fail(Errc::invalid, "Restore the backup first; then decide on its deliveries.");
    return decide_deliveries(options, wanted.release_deliveries);
}

} // namespace

int restore(const CommonOptions& options, const BackupOptions& wanted)
{
    const auto done = run(options, wanted);
    return done ? 0 : report(done.error());
}

} // namespace kith::cli
