// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/profile_folder.h"
#include "app/store/profile_key.h"
#include "app/store/store.h"

#include <QObject>

#include <memory>

namespace kith::app {

/// From a folder to an open store: lock, key, database; and what can be done when the key is lost. GUI thread only.
class ProfileOpener : public QObject {
    Q_OBJECT
public:
    /// Without a keychain it is the system's.
    explicit ProfileOpener(std::unique_ptr<store::Keychain> keychain = nullptr, QObject* parent = nullptr);
    ~ProfileOpener() override;

    /// Takes the folder's lock at once; `conflict` when another Kith has it.
    Result<void> take_folder(const QString& folder);
    /// Goes on by itself as far as it can; `passphrase` answers its own question when it is not empty.
    void begin(const QString& passphrase);
    void unlock(const QString& passphrase);
    void choose_passphrase(const QString& passphrase);

    /// After key_lost(): opens with the spare key, and puts it into the keychain again.
    void recover(const QString& passphrase);
    /// After key_lost(): the keychain may be open by now.
    void try_keychain_again() { begin({}); }
    /// After key_lost() or passphrase_wanted(): moves what is there aside, into a folder that is kept, and begins anew.
    void start_fresh();
    /// Where the last start_fresh() moved things; empty before.
    QString set_aside_folder() const { return m_aside; }

    /// Whether the key is in the keychain, so that a spare one makes sense.
    bool uses_keychain() const;
    bool has_recovery() const { return m_key && m_key->has_recovery(); }
    /// Writes the spare key; for a profile that uses_keychain().
    void make_recovery(const QString& passphrase, store::ProfileKey::Finished done);

    bool busy() const { return m_busy; }

signals:
    void busy_changed();
    /// The profile is protected by a passphrase: call unlock().
    void passphrase_wanted();
    /// A new profile, and no keychain: call choose_passphrase().
    void new_passphrase_wanted();
    /// There is a store, but not the key that opens it: a sentence. Call one of the functions above.
    void key_lost(const QString& sentence);
    /// The passphrase was not taken: a sentence. One may try again.
    void refused(const QString& sentence);
    /// The profile cannot be opened: a sentence.
    void failed(const QString& sentence);
    /// `is_new`: the profile was made just now.
    void opened(std::shared_ptr<kith::store::Store> store, bool is_new);

private:
    void make_new(const QString& passphrase);
    void lose(const Error& error, const QString& passphrase);
    void open_store(crypto::Secret key);
    void store_opened(const Result<void>& outcome);
    void set_busy(bool busy);

    std::unique_ptr<store::Keychain> m_keychain; ///< until take_folder()
    std::unique_ptr<store::ProfileFolder> m_folder;
    std::unique_ptr<store::ProfileKey> m_key;
    std::shared_ptr<store::Store> m_store;
    crypto::Secret m_recovered; ///< goes back to the keychain once it has opened the store
    QString m_aside;
    bool m_is_new = false;
    bool m_busy = false;
};

} // namespace kith::app
