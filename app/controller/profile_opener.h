// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/profile_folder.h"
#include "app/store/profile_key.h"
#include "app/store/store.h"

#include <QObject>

#include <memory>

namespace kith::app {

/// From a folder to an open store: lock, key, database. GUI thread only.
class ProfileOpener : public QObject {
    Q_OBJECT
public:
    explicit ProfileOpener(QObject* parent = nullptr);
    ~ProfileOpener() override;

    /// Takes the folder's lock at once; `conflict` when another Kith has it.
    Result<void> take_folder(const QString& folder);
    /// Goes on by itself as far as it can; `passphrase` answers its own question when it is not empty.
    void begin(const QString& passphrase);
    void unlock(const QString& passphrase);
    void choose_passphrase(const QString& passphrase);

    bool busy() const { return m_busy; }

signals:
    void busy_changed();
    /// The profile is protected by a passphrase: call unlock().
    void passphrase_wanted();
    /// A new profile, and no keychain: call choose_passphrase().
    void new_passphrase_wanted();
    /// The passphrase was not taken: a sentence. One may try again.
    void refused(const QString& sentence);
    /// The profile cannot be opened: a sentence.
    void failed(const QString& sentence);
    void opened(std::shared_ptr<kith::store::Store> store);

private:
    void make_new(const QString& passphrase);
    void take_key(Result<crypto::Secret> key);
    void set_busy(bool busy);

    std::unique_ptr<store::ProfileFolder> m_folder;
    std::unique_ptr<store::ProfileKey> m_key;
    std::shared_ptr<store::Store> m_store;
    bool m_busy = false;
};

} // namespace kith::app
