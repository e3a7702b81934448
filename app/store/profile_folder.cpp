// SPDX-License-Identifier: Apache-2.0
#include "app/store/profile_folder.h"

#include "app/base/strings.h"

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace kith::store {

namespace {

constexpr auto k_owner_only = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString to_q(const std::filesystem::path& path)
{
    return QFile::decodeName(path.c_str());
}

} // namespace

ProfileFolder::ProfileFolder(std::filesystem::path folder, std::unique_ptr<QLockFile> lock)
    : m_folder(std::move(folder)), m_lock(std::move(lock))
{
}

ProfileFolder::~ProfileFolder() = default;

QString ProfileFolder::default_folder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/kith/profile");
}

Result<std::unique_ptr<ProfileFolder>> ProfileFolder::open(const QString& folder)
{
    const auto path = QDir(folder).absolutePath();
    if (!QDir().mkpath(path))
        return fail(Errc::unavailable, "The profile's folder cannot be made: " + app::to_std(path));
    if (!QFile::setPermissions(path, k_owner_only | QFileDevice::ExeOwner))
        return fail(Errc::unavailable, "The profile's folder is not ours: " + app::to_std(path));

    auto lock = std::make_unique<QLockFile>(path + QStringLiteral("/profile.lock"));
    lock->setStaleLockTime(0); // a lock lives as long as its process
    if (!lock->tryLock(0)) {
        if (lock->error() == QLockFile::LockFailedError)
            return fail(Errc::conflict, "Kith is already open with this profile.", app::to_std(path));
        return fail(Errc::unavailable, "The profile's folder cannot be written to: " + app::to_std(path));
    }
    const std::filesystem::path native{QFile::encodeName(path).toStdString()};
    return std::unique_ptr<ProfileFolder>(new ProfileFolder(native, std::move(lock)));
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
