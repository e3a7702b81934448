// SPDX-License-Identifier: Apache-2.0
#include "app/store/profile_folder.h"

#include "app/base/strings.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace kith::store {

namespace {

constexpr auto k_owner_only = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString to_q(const std::filesystem::path& path)
{
    return QFile::decodeName(path.c_str());
}

/// Locks the file, which is made where needed. `conflict` when another process has it locked.
Result<int> lock_file(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return fail(Errc::unavailable, "Kith may not write to the profile's folder: " + file.parent_path().string(),
                    std::strerror(errno));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    const int reason = errno;
    ::close(descriptor);
    if (reason == EWOULDBLOCK)
        return fail(Errc::conflict, "Kith is already open with this profile.", file.string());
    return fail(Errc::unavailable, "The profile's folder cannot be locked: " + file.parent_path().string(),
                std::strerror(reason));
}

} // namespace

ProfileFolder::ProfileFolder(std::filesystem::path folder, int lock) : m_folder(std::move(folder)), m_lock(lock) { }

ProfileFolder::~ProfileFolder()
{
    ::close(m_lock);
}

QString ProfileFolder::default_folder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/kith/profile");
}

Result<std::unique_ptr<ProfileFolder>> ProfileFolder::open(const QString& folder)
{
    const auto path = QDir(folder).absolutePath();
    if (!QDir().mkpath(path))
        return fail(Errc::unavailable, "The profile's folder cannot be made: " + app::to_std(path));
    constexpr auto k_private = k_owner_only | QFileDevice::ExeOwner;
    constexpr auto k_others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup |
                              QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
    if ((QFileInfo(path).permissions() & k_others) && !QFile::setPermissions(path, k_private))
        return fail(Errc::unavailable, "The profile's folder is not ours: " + app::to_std(path));

    const std::filesystem::path native{QFile::encodeName(path).toStdString()};
    TRY(const auto lock, lock_file(native / "profile.lock"));
    return std::unique_ptr<ProfileFolder>(new ProfileFolder(native, lock));
}

bool ProfileFolder::has_store() const
{
    return QFile::exists(to_q(store_file()));
}

bool ProfileFolder::has_wrapped_key() const
{
    return QFile::exists(to_q(key_file()));
}

bool ProfileFolder::has_keychain_id() const
{
    return QFile::exists(to_q(id_file()));
}

bool ProfileFolder::has_recovery() const
{
    return QFile::exists(to_q(recovery_file()));
}

Result<std::filesystem::path> ProfileFolder::set_aside() const
{
    const auto now = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HHmmss")).toStdString();
    auto aside = m_folder / ("set aside " + now);
    for (int more = 2; std::filesystem::exists(aside); ++more)
        aside = m_folder / ("set aside " + now + " " + std::to_string(more));
    std::error_code failed;
    std::filesystem::create_directory(aside, failed);
    if (failed)
        return fail(Errc::unavailable, "The folder " + aside.string() + " cannot be made.", failed.message());
    // The store goes first: without its key a store is kept, without its store a key is of no use.
    for (const auto* name : {"store.db", "store.db-wal", "store.db-shm", "profile.recovery", "profile.key", "profile.id"}) {
        if (!std::filesystem::exists(m_folder / name))
            continue;
        std::filesystem::rename(m_folder / name, aside / name, failed);
        if (failed)
            return fail(Errc::unavailable, "The file " + (m_folder / name).string() + " cannot be moved.", failed.message());
    }
    return aside;
}

Result<void> write_private_file(const std::filesystem::path& file, std::string_view content)
{
    QSaveFile out(to_q(file));
    out.setDirectWriteFallback(false);
    const bool written = out.open(QIODevice::WriteOnly) && out.setPermissions(k_owner_only) &&
                         out.write(content.data(), static_cast<qint64>(content.size())) ==
                             static_cast<qint64>(content.size()) &&
                         out.commit();
    if (!written)
        return fail(Errc::unavailable, "The file " + file.string() + " cannot be written.",
                    app::to_std(out.errorString()));
    return {};
}

Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes)
{
    QFile in(to_q(file));
    if (!in.open(QIODevice::ReadOnly))
        return fail(Errc::not_found, "The file " + file.string() + " cannot be read.",
                    app::to_std(in.errorString()));
    const auto content = in.read(static_cast<qint64>(max_bytes) + 1);
    if (static_cast<std::size_t>(content.size()) > max_bytes)
        return fail(Errc::too_large, "The file " + file.string() + " is too large.");
    return content.toStdString();
}

} // namespace kith::store
