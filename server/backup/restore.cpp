// SPDX-License-Identifier: Apache-2.0
#include "server/backup/restore.h"

#include "common/sqlite/connection.h"
#include "server/backup/archive.h"
#include "server/backup/postgres_tools.h"
#include "server/backup/staging.h"

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

namespace kith::backup {

namespace fs = std::filesystem;
using crypto::Bytes;
using crypto::ByteView;
using db::Tx;

namespace {

/// A database with what its transactions need, for the few that a restore does.
class OpenDatabase {
public:
    OpenDatabase(const Clock& clock, const Manifest& manifest)
        : m_site{manifest.domain, manifest.base_url}, m_context{clock, m_ids, m_site, m_events}
    {
    }
    template <class Options>
    Result<void> open(Options options)
    {
        TRY(m_database, db::Database::open(std::move(options), m_context));
        return {};
    }
    db::Database& operator*() { return *m_database; }
    db::Database* operator->() { return m_database.get(); }

private:
    IdGenerator m_ids;
    core::Site m_site;
    core::EventBus m_events;
    db::TxContext m_context;
    std::unique_ptr<db::Database> m_database;
};

bool within(const fs::path& file, const fs::path& folder)
{
    const auto relative = file.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

Result<void> check_fits(const Manifest& manifest, const Target& target)
{
    if (manifest.engine != target.engine)
        return fail(Errc::conflict,
                    "This backup is of a database in " +
                        std::string{manifest.engine == "postgres" ? "PostgreSQL" : "SQLite"} +
                        ", and the settings say database.engine = \"" + target.engine + "\".");
    if (!target.domain.empty() && target.domain != manifest.domain)
        return fail(Errc::conflict, "This backup is of " + manifest.domain + ", and the settings say server.domain = \"" +
                                        target.domain + "\": a server cannot change its name.");
    return check_schema_known(manifest);
}

Result<void> check_whole(const fs::path& file)
{
    try {
        sqlite::OpenOptions options;
        options.file = file;
        options.mode = sqlite::Mode::read_write;
        TRY(const auto connection, sqlite::Connection::open(options));
        const auto problems = connection->integrity_check();
        if (!problems.empty())
            return fail(Errc::invalid, "The database in the backup is damaged.", problems.front());
    } catch (const sqlite::SqliteError& error) {
        return fail(Errc::invalid, "The database in the backup cannot be read.", error.what());
    }
    return {};
}

/// One restore, from the checked file to the settled database.
class Restorer {
public:
    Restorer(const Target& target, Staging& staging, OpenDatabase& database, const Progress& progress)
        : m_target(target), m_staging(staging), m_database(database), m_progress(progress),
          m_beside(target.engine == "sqlite" && !within(target.database_file, target.data_dir))
    {
        m_staged_database =
            m_beside ? fs::path{target.database_file.string() + ".restoring"}
                     : staging.folder() / target.database_file.lexically_relative(target.data_dir);
        if (m_beside)
            for (const char* ending : {"", "-wal", "-shm"})
                staging.also_remove(m_staged_database.string() + ending);
    }

    Result<void> check_empty()
    {
        std::error_code ignored;
        if (m_target.engine == "sqlite")
            return fs::exists(m_target.database_file, ignored)
                       ? fail(Errc::conflict, m_target.database_file.string() +
                                                  " exists already: a backup replaces no database.")
                       : Result<void>{};
        TRY_VOID(open_postgres());
        TRY(const bool empty, is_empty_postgres(*m_database));
        if (!empty)
            return fail(Errc::conflict, "The PostgreSQL database is not empty: a backup is only "
                                        "restored into an empty one.");
        return {};
    }

    Result<void> unpack(const fs::path& file, std::string_view passphrase)
    {
        TRY(auto sealed, SealedReader::open(file, passphrase));
        ArchiveReader archive{sealed};
        while (true) {
            TRY(const auto name, archive.next());
            if (!name)
                return {};
            if (*name == k_manifest_name)
                continue;
            TRY_VOID(*name == k_postgres_name
                         ? load(archive)
                         : put(archive, *name == k_sqlite_name ? m_staged_database : m_staging.folder() / *name));
        }
    }

    Result<Aftermath> settle(KeepSessions keep_sessions)
    {
        if (m_target.engine == "sqlite") {
            TRY_VOID(check_whole(m_staged_database));
            db::SqliteOptions options;
            options.file = m_staged_database;
            options.readers = 1;
            TRY_VOID(m_database.open(std::move(options)));
        }
        TRY(const int migrated, m_database->migrate());
        if (migrated > 0)
            remove_copies();
        auto work = [&](Tx& tx) -> Result<Aftermath> { return settle_restored(tx, keep_sessions); };
        return m_database->write_now(work);
    }

    /// SQLite's file, once closed, has all that was written to it. Else what settle() did stands in its log alone, which may
    /// stay behind.
    Result<void> check_one_file() const
    {
        std::error_code absent;
        const auto left = m_target.engine == "sqlite" ? fs::file_size(m_staged_database.string() + "-wal", absent) : 0;
        if (!absent && left > 0)
            return fail(Errc::unavailable, "The restored database could not be finished: its log could not be copied into " +
                                               m_staged_database.string() + ". Is the disk full?");
        return {};
    }

    Result<void> put_database_in_place()
    {
        if (!m_beside)
            return {};
        if (std::rename(m_staged_database.c_str(), m_target.database_file.c_str()) != 0)
            return fail(Errc::unavailable, m_target.database_file.string() + " cannot be put in its place: " +
                                               std::generic_category().message(errno) + ".");
        return {};
    }

    bool filled_postgres() const { return m_filled_postgres; }

private:
    Result<void> open_postgres()
    {
        db::PostgresOptions options;
        options.connection = m_target.connection;
        options.connections = 1;
        return m_database.open(std::move(options));
    }

    template <class Output>
    Result<void> copy(ArchiveReader& archive, Output& output)
    {
        Bytes buffer(k_piece_bytes);
        while (true) {
            TRY(const auto count, archive.read(buffer));
            if (count == 0)
                return output.finish();
            TRY_VOID(output.write(ByteView{buffer}.first(count)));
            m_progress(m_done += count);
        }
    }
    Result<void> put(ArchiveReader& archive, const fs::path& file)
    {
        TRY(auto output, OutputFile::create(file));
        return copy(archive, output);
    }
    Result<void> load(ArchiveReader& archive)
    {
        TRY(auto program, start_load(*m_database, m_target.connection));
        TRY_VOID(copy(archive, program));
        m_filled_postgres = true;
        return {};
    }

    /// The backup itself is the copy of what was before.
    void remove_copies() const
    {
        std::error_code ignored;
        if (m_target.engine == "sqlite")
            for (const auto& entry : fs::directory_iterator(m_staged_database.parent_path(), ignored))
                if (!m_beside && entry.path().filename().string().starts_with("kith-before-"))
                    fs::remove(entry.path(), ignored);
    }

    const Target& m_target;
    Staging& m_staging;
    OpenDatabase& m_database;
    const Progress& m_progress;
    bool m_beside; ///< the database lies outside the data directory
    fs::path m_staged_database;
    std::uint64_t m_done = 0;
    bool m_filled_postgres = false;
};

} // namespace

Result<Restored> restore(const Target& target, const fs::path& file, std::string_view passphrase,
                         KeepSessions keep_sessions, const Clock& clock, const Progress& progress)
{
    Restored restored;
    TRY(restored.summary, check(file, passphrase, progress));
    TRY_VOID(check_fits(restored.summary.manifest, target));
    TRY(auto staging, Staging::begin(target.data_dir));
    std::optional<OpenDatabase> database;
    database.emplace(clock, restored.summary.manifest);
    Restorer restorer{target, staging, *database, progress};
    auto work = [&]() -> Result<void> {
        TRY_VOID(restorer.check_empty());
        TRY_VOID(restorer.unpack(file, passphrase));
        TRY(restored.aftermath, restorer.settle(keep_sessions));
        database.reset(); // closes SQLite's file, which is then one file
        TRY_VOID(restorer.check_one_file());
        TRY_VOID(restorer.put_database_in_place());
        return staging.settle();
    };
    auto done = work();
    if (!done && restorer.filled_postgres())
        done.error().message +=
            " The PostgreSQL database holds the backup already: make it anew before you try again.";
    if (!done)
        return std::move(done).error();
    return restored;
}

} // namespace kith::backup
