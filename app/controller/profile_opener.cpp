// SPDX-License-Identifier: Apache-2.0
#include "app/controller/profile_opener.h"

#include "app/base/strings.h"

namespace kith::app {

using store::ProfileFolder;
using store::ProfileKey;
using store::Store;

ProfileOpener::ProfileOpener(QObject* parent) : QObject(parent) { }

ProfileOpener::~ProfileOpener() = default;

Result<void> ProfileOpener::take_folder(const QString& folder)
{
    TRY(m_folder, ProfileFolder::open(folder));
    m_key = std::make_unique<ProfileKey>(*m_folder);
    return {};
}

void ProfileOpener::begin(const QString& passphrase)
{
    switch (m_key->need()) {
    case ProfileKey::Need::Passphrase:
        if (passphrase.isEmpty())
            emit passphrase_wanted();
        else
            unlock(passphrase);
        break;
    case ProfileKey::Need::Keychain:
        m_key->get_from_keychain([this](Result<crypto::Secret> key) {
            if (!key)
                return emit failed(to_q(key.error().message));
            take_key(std::move(key));
        });
        break;
    case ProfileKey::Need::NewKey: make_new(passphrase); break;
    case ProfileKey::Need::Lost:
        emit failed(tr("This profile's key is missing: there is neither profile.key nor profile.id "
                       "beside its store."));
        break;
    }
}

void ProfileOpener::make_new(const QString& passphrase)
{
    if (!passphrase.isEmpty())
        return choose_passphrase(passphrase);
    m_key->make_in_keychain([this](Result<crypto::Secret> key) {
        if (!key)
            return emit new_passphrase_wanted();
        take_key(std::move(key));
    });
}

void ProfileOpener::unlock(const QString& passphrase)
{
    if (m_busy)
        return;
    set_busy(true);
    m_key->unlock(passphrase, [this](Result<crypto::Secret> key) {
        if (key)
            return take_key(std::move(key));
        set_busy(false);
        if (key.error().code == Errc::forbidden) {
            emit passphrase_wanted();
            emit refused(to_q(key.error().message));
        } else {
            emit failed(to_q(key.error().message));
        }
    });
}

void ProfileOpener::choose_passphrase(const QString& passphrase)
{
    if (m_busy)
        return;
    set_busy(true);
    m_key->make_with_passphrase(passphrase, [this](Result<crypto::Secret> key) {
        if (key)
            return take_key(std::move(key));
        set_busy(false);
        emit new_passphrase_wanted();
        emit refused(to_q(key.error().message));
    });
}

void ProfileOpener::take_key(Result<crypto::Secret> key)
{
    m_store = Store::open(m_folder->store_file(), std::move(*key), this, [this](const Result<void>& outcome) {
        auto store = std::exchange(m_store, nullptr);
        set_busy(false);
        if (!outcome)
            return emit failed(to_q(outcome.error().message));
        emit opened(std::move(store));
    });
}

void ProfileOpener::set_busy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit busy_changed();
}

} // namespace kith::app
