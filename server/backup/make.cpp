// SPDX-License-Identifier: Apache-2.0
#include "server/backup/backup.h"

#include "common/sqlite/connection.h"
#include "server/backup/archive.h"
#include "server/backup/postgres_tools.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace kith::backup {

namespace fs = std::filesystem;
using crypto::Bytes;
using crypto::ByteView;

namespace {

/// A file that is read from its beginning to its end.
class InputFile {
public:
    explicit InputFile(fs::path file)
        : m_file(std::move(file)), m_descriptor(::open(m_file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)),
          m_error(m_descriptor < 0 ? errno : 0)
    {
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    bool is_absent() const { return m_error == ENOENT; }
    /// Also says why it could not be opened.
    Result<std::size_t> read(std::span<std::byte> into)
    {
        const auto count = m_error == 0 ? ::read(m_descriptor, into.data(), into.size()) : -1;
        if (count < 0)
            return fail(Errc::unavailable, m_file.string() + " cannot be read: " +
                                               std::generic_category().message(m_error == 0 ? errno : m_error) + ".");
        return static_cast<std::size_t>(count);
    }

private:
    fs::path m_file;
    int m_descriptor;
    int m_error; ///< of opening it
};

/// One backup of a data directory at a time: its copy of the database has a fixed name, so that one that was interrupted is
/// cleaned up by the next.
class Turn {
public:
    static Result<Turn> take(const fs::path& data_dir)
    {
        const int descriptor =
            ::open((data_dir / "backup.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        Turn turn{descriptor};
        if (descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
            return fail(Errc::conflict, "Another backup of " + data_dir.string() + " is under way.");
        return turn;
    }
    Turn(Turn&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) { }
    ~Turn()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }

private:
    explicit Turn(int descriptor) : m_descriptor(descriptor) { }
    int m_descriptor;
};

class Maker {
public:
    Maker(const Source& source, SealedWriter& file, const Progress& progress)
        : m_source(source), m_file(file), m_archive(file), m_progress(progress)
    {
    }

    Result<void> add_sqlite()
    {
        TRY(const auto turn, Turn::take(m_source.data_dir));
        const auto copy = m_source.data_dir / "backup-in-progress.db";
        try {
            sqlite::OpenOptions options;
            options.file = m_source.database_file;
            options.mode = sqlite::Mode::read_write;
            TRY(const auto connection, sqlite::Connection::open(options));
            connection->back_up(copy);
        } catch (const sqlite::SqliteError& error) {
            ::unlink((copy.string() + ".partial").c_str());
            return fail(Errc::unavailable,
                        "The database cannot be copied into " + m_source.data_dir.string() + ".",
                        error.what());
        }
        InputFile input{copy};
        ::unlink(copy.c_str()); // gone with us, however we end
        return add_stream(k_sqlite_name, input);
    }

    Result<void> add_postgres()
    {
        TRY(auto dump, start_dump(m_source.database, m_source.connection));
        TRY_VOID(add_stream(k_postgres_name, dump));
        return dump.finish();
    }

    Result<void> add_key()
    {
        InputFile input{m_source.data_dir / k_key_name};
        return add_stream(k_key_name, input);
    }

    /// Regular files only: nothing that a link names.
    Result<void> add_media()
    {
        const auto folder = m_source.data_dir / k_media_folder;
        std::error_code error;
        if (!fs::exists(folder, error))
            return {};
        for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
            std::error_code unknown; // that it was deleted since it was listed shows below
            if (at->is_symlink(unknown) || (!at->is_regular_file(unknown) && !unknown))
                continue;
            InputFile input{at->path()};
            if (input.is_absent())
                continue;
            TRY_VOID(add_stream(at->path().lexically_relative(m_source.data_dir).generic_string(), input));
            ++files;
        }
        if (error)
            return fail(Errc::unavailable, folder.string() + " cannot be read: " + error.message() + ".");
        return {};
    }

    std::uint64_t files = 0;

private:
    template <class Input>
    Result<void> add_stream(const std::string& name, Input& input)
    {
        TRY_VOID(m_archive.begin(name));
        Bytes buffer(k_piece_bytes);
        while (true) {
            TRY(const auto count, input.read(buffer));
            if (count == 0)
                return m_archive.end();
            TRY_VOID(m_archive.write(ByteView{buffer}.first(count)));
            m_progress(m_file.bytes());
        }
    }

    const Source& m_source;
    SealedWriter& m_file;
    ArchiveWriter m_archive;
    const Progress& m_progress;
};

} // namespace

Result<Summary> make(const Source& source, const fs::path& file, std::string_view passphrase,
                     Timestamp now, const Progress& progress)
{
    Summary summary;
    TRY(summary.manifest, describe(source.database, now));
    TRY(auto sealed, SealedWriter::create(file, passphrase));
    ArchiveWriter archive{sealed};
    const auto manifest = to_text(summary.manifest);
    TRY_VOID(archive.add(k_manifest_name, crypto::as_bytes(manifest)));
    Maker maker{source, sealed, progress};
    TRY_VOID(maker.add_key());
    TRY_VOID(source.connection.empty() ? maker.add_sqlite() : maker.add_postgres());
    TRY_VOID(maker.add_media()); // after the database: what it names is then there
    TRY_VOID(archive.finish());
    summary.bytes = sealed.bytes();
    summary.files = maker.files;
    return summary;
}

Result<Summary> check(const fs::path& file, std::string_view passphrase, const Progress& progress)
{
    TRY(auto sealed, SealedReader::open(file, passphrase));
    ArchiveReader archive{sealed};
    Summary summary;
    bool has_key = false, has_database = false;
    TRY(auto name, archive.next());
    if (name != k_manifest_name)
        return fail(Errc::malformed, "The backup does not say of what it is.");
    TRY(const auto text, archive.read_all(64 << 10));
    TRY(summary.manifest, parse_manifest(crypto::as_text(text)));
    Bytes buffer(k_piece_bytes);
    const std::string database = summary.manifest.engine == "postgres" ? k_postgres_name : k_sqlite_name;
    while (true) {
        TRY(name, archive.next());
        if (!name)
            break;
        const bool media = name->starts_with(std::string{k_media_folder} + "/");
        if (!media && *name != k_key_name && *name != database)
            return fail(Errc::malformed, "The backup holds a file that does not belong there: " + *name + ".");
        has_key = has_key || *name == k_key_name;
        has_database = has_database || *name == database;
        summary.files += media ? 1 : 0;
        while (true) {
            TRY(const auto count, archive.read(buffer));
            if (count == 0)
                break;
            summary.bytes += count;
            progress(summary.bytes);
        }
    }
    if (!has_key || !has_database)
        return fail(Errc::malformed, "The backup is not whole: it holds no database or no key.");
    return summary;
}

} // namespace kith::backup
