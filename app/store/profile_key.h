// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/key_wrapping.h"
#include "app/store/keychain.h"
#include "app/store/profile_folder.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace kith::store {

/// Reads --passphrase-file: its first line. `forbidden` when others may read the file.
Result<std::string> read_passphrase_file(const QString& file);

/// Where a profile's key comes from: the system's keychain, or `profile.key` and a passphrase. A profile whose key is in
/// the keychain may have a spare one: the same key in `profile.recovery`, wrapped by a recovery passphrase. GUI
/// thread only; answers arrive on it.
class ProfileKey : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Result<crypto::Secret>)>;
    using Finished = std::function<void(Result<void>)>;

    /// Without a keychain it is the system's.
    explicit ProfileKey(const ProfileFolder& folder, std::unique_ptr<Keychain> keychain = nullptr,
                        QObject* parent = nullptr);
    ~ProfileKey() override;

    /// What the profile needs before its store opens.
    enum class Need {
        Keychain,   ///< get_from_keychain()
        Passphrase, ///< unlock()
        NewKey, ///< a new profile: make_in_keychain(), and where that fails, make_with_passphrase()
        Lost    ///< there is a store, but nothing that says where its key is
    };
    Need need() const;
    bool has_recovery() const { return m_folder.has_recovery(); }

    void get_from_keychain(Done done);
    /// Makes a key, stores it in the keychain, reads it back. Leaves nothing behind when that fails.
    void make_in_keychain(Done done);
    void unlock(const QString& passphrase, Done done);
    void make_with_passphrase(const QString& passphrase, Done done);

    /// Writes the spare key, or another one in its place. `invalid` for a passphrase that is too short.
    void make_recovery(const QString& passphrase, Finished done);
    /// The key from the spare one. `forbidden` for a wrong passphrase.
    void recover(const QString& passphrase, Done done);
    /// Puts a key that was recovered into the keychain again, under a new name.
    void put_in_keychain(crypto::Secret key, Finished done);

private:
    void unwrap_file(const std::filesystem::path& file, const QString& passphrase, Done done);
    template <class T>
    void in_background(std::function<Result<T>()> work, std::function<void(Result<T>)> done);

    const ProfileFolder& m_folder;
    std::unique_ptr<Keychain> m_keychain;
    QThreadPool m_pool;
};

} // namespace kith::store
