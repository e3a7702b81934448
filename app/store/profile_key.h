// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/profile_folder.h"
#include "common/crypto/secret.h"

#include <QObject>
#include <QThreadPool>

#include <chrono>
#include <functional>

namespace kith::store {

/// A passphrase must be hard to guess: the store can be carried away.
constexpr int k_min_passphrase_characters = 8;

/// The store's raw key sealed with a key derived from a passphrase, as the text of `profile.key`. Slow by design.
/// `invalid` for a passphrase that is too short.
Result<std::string> wrap_key(const crypto::Secret& key, std::string_view passphrase);
/// `forbidden` for a wrong passphrase, `malformed` for a file that is none of ours. Slow by design.
Result<crypto::Secret> unwrap_key(std::string_view file, std::string_view passphrase);

/// Reads --passphrase-file: its first line. `forbidden` when others may read the file.
Result<std::string> read_passphrase_file(const QString& file);

/// Where a profile's key comes from: the system's keychain, or `profile.key` and a passphrase. GUI thread only;
/// answers arrive on it.
class ProfileKey : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Result<crypto::Secret>)>;

    explicit ProfileKey(const ProfileFolder& folder, QObject* parent = nullptr);
    ~ProfileKey() override;

    /// What the profile needs before its store opens.
    enum class Need {
        Keychain,   ///< get_from_keychain()
        Passphrase, ///< unlock()
        NewKey, ///< a new profile: make_in_keychain(), and where that fails, make_with_passphrase()
        Lost    ///< there is a store, but nothing that says where its key is
    };
    Need need() const;

    void get_from_keychain(Done done);
    /// Makes a key, stores it in the keychain, reads it back. Leaves nothing behind when that fails.
    void make_in_keychain(Done done);
    void unlock(const QString& passphrase, Done done);
    void make_with_passphrase(const QString& passphrase, Done done);

    void set_keychain_timeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

private:
    void read_keychain(const QString& id, Done done);
    void write_keychain(const QString& id, const QByteArray& key, std::function<void(Result<void>)> done);
    void work(std::function<Result<crypto::Secret>()> work, Done done);

    const ProfileFolder& m_folder;
    std::chrono::milliseconds m_timeout{8'000};
    QThreadPool m_pool;
};

} // namespace kith::store
