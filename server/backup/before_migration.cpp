// SPDX-License-Identifier: Apache-2.0
#include "server/backup/before_migration.h"

#include "server/backup/postgres_tools.h"
#include "server/backup/sealed_file.h"
#include "server/backup/staging.h"
#include "server/core/log.h"

#include <system_error>

namespace kith::backup {

namespace fs = std::filesystem;

namespace {

Result<void> write_dump(Program& program, const fs::path& file)
{
    TRY(auto output, OutputFile::create(file));
    crypto::Bytes buffer(k_piece_bytes);
    while (true) {
        TRY(const auto count, program.read(buffer));
        if (count == 0)
            break;
        TRY_VOID(output.write(crypto::ByteView{buffer}.first(count)));
    }
    TRY_VOID(program.finish());
    return output.finish();
}

Result<void> dump(db::Database& database, const std::string& connection, const fs::path& file)
{
    auto partial = file;
    partial += ".partial";
    std::error_code failed;
    fs::remove(partial, failed); // of one that was interrupted
    TRY(auto program, start_dump(database, connection));
    auto written = write_dump(program, partial);
    if (written) {
        fs::rename(partial, file, failed);
        if (!failed)
            return {};
        written = fail(Errc::unavailable, file.string() + " cannot be written: " + failed.message() + ".");
    }
    fs::remove(partial, failed);
    return written;
}

} // namespace

fs::path dump_before(const fs::path& data_dir, const std::string& migration)
{
    return data_dir / ("kith-before-" + migration + ".pgdump");
}

db::BeforeMigration dumping(std::string connection, fs::path data_dir)
{
    return [connection = std::move(connection), data_dir = std::move(data_dir)](
               db::Database& database, const std::string& migration) -> Result<void> {
        const auto file = dump_before(data_dir, migration);
        if (auto done = dump(database, connection, file); !done)
            return fail(done.error().code,
                        "The database is older than this program, and could not be copied before it is brought up to date: " +
                            done.error().message +
                            " Or make a backup yourself, and set database.backup_before_migration = false.",
                        done.error().cause);
        log::info("The database was backed up before its migration.", {{"file", file.native()}});
        return {};
    };
}

} // namespace kith::backup
