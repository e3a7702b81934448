// SPDX-License-Identifier: Apache-2.0
#include "server/backup/staging.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace kith::backup {

namespace fs = std::filesystem;

namespace {

Error trouble(const fs::path& file, const char* what, int error)
{
    return fail(Errc::unavailable, file.string() + " cannot be " + what + ": " +
                                       std::generic_category().message(error) + ".");
}

Result<void> make_private_folders(const fs::path& folder)
{
    std::error_code ignored;
    if (fs::is_directory(folder, ignored))
        return {};
    TRY_VOID(make_private_folders(folder.parent_path()));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return trouble(folder, "made", errno);
    return {};
}

bool sync_folder(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    return synced;
}

} // namespace

Staging::Staging(fs::path data_dir, core::DataDir lock, bool made)
    : m_data_dir(std::move(data_dir)), m_folder(m_data_dir / ".restoring"), m_lock(std::move(lock)),
      m_made(made)
{
}

Staging::Staging(Staging&& other) noexcept
    : m_data_dir(std::move(other.m_data_dir)), m_folder(std::move(other.m_folder)),
      m_lock(std::move(other.m_lock)), m_others(std::move(other.m_others)), m_made(other.m_made),
      m_ours(std::exchange(other.m_ours, false))
{
}

Staging::~Staging()
{
    if (!m_ours)
        return;
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
    for (const auto& file : m_others)
        fs::remove(file, ignored);
    fs::remove(m_data_dir / "lock", ignored);
    if (m_made)
        fs::remove(m_data_dir, ignored);
}

Result<Staging> Staging::begin(const fs::path& data_dir)
{
    std::error_code error;
    const bool made = !fs::exists(data_dir, error);
    if (!made && !fs::is_empty(data_dir, error))
        return fail(Errc::conflict,
                    "The data directory " + data_dir.string() +
                        " is not empty: a backup is only restored into an empty one.");
    if (error)
        return fail(Errc::unavailable, data_dir.string() + " cannot be looked at: " + error.message() + ".");
    TRY(auto lock, core::DataDir::open(data_dir));
    TRY_VOID(lock.lock());
    Staging staging{data_dir, std::move(lock), made};
    if (::mkdir(staging.m_folder.c_str(), 0700) != 0)
        return trouble(staging.m_folder, "made", errno);
    return staging;
}

Result<void> Staging::settle()
{
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(m_folder))
        entries.push_back(entry.path());
    // The database last: a server that starts in the middle of this then finds none, and not one without its key.
    std::ranges::sort(entries, {}, [](const fs::path& path) { return path.extension() == ".db"; });
    for (const auto& entry : entries)
        if (::rename(entry.c_str(), (m_data_dir / entry.filename()).c_str()) != 0)
            return trouble(m_data_dir / entry.filename(), "put in its place", errno);
    std::error_code ignored;
    fs::remove(m_folder, ignored);
    m_ours = false;
    return sync_folder(m_data_dir) ? Result<void>{} : trouble(m_data_dir, "written", errno);
}

Result<OutputFile> OutputFile::create(const fs::path& file)
{
    TRY_VOID(make_private_folders(file.parent_path()));
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return trouble(file, "made", errno);
    return OutputFile{file, descriptor};
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_file(std::move(other.m_file)), m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

OutputFile::~OutputFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<void> OutputFile::write(crypto::ByteView bytes)
{
    while (!bytes.empty()) {
        const auto count = ::write(m_descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return trouble(m_file, "written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> OutputFile::finish()
{
    if (::fsync(m_descriptor) != 0 || ::close(std::exchange(m_descriptor, -1)) != 0)
        return trouble(m_file, "written", errno);
    return sync_folder(m_file.parent_path()) ? Result<void>{} : trouble(m_file, "written", errno);
}

} // namespace kith::backup
