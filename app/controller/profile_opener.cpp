// SPDX-License-Identifier: Apache-2.0
#include "app/controller/profile_opener.h"

#include "app/base/strings.h"

#include <QLoggingCategory>

namespace kith::app {

using store::ProfileFolder;
using store::ProfileKey;
using store::Store;

namespace {

Q_LOGGING_CATEGORY(log_profile, "kith.profile")

} // namespace

ProfileOpener::ProfileOpener(std::unique_ptr<store::Keychain> keychain, QObject* parent)
    : QObject(parent), m_keychain(std::move(keychain))
{
}

ProfileOpener::~ProfileOpener() = default;

Result<void> ProfileOpener::take_folder(const QString& folder)
{
    TRY(m_folder, ProfileFolder::open(folder));
    m_key = std::make_unique<ProfileKey>(*m_folder, std::move(m_keychain));
    return {};
}

bool ProfileOpener::uses_keychain() const
{
    return m_key && m_key->need() == ProfileKey::Need::Keychain;
}

void ProfileOpener::begin(const QString& passphrase)
{
    if (m_busy)
        return;
    m_is_new = false;
    switch (m_key->need()) {
    case ProfileKey::Need::Passphrase:
        if (passphrase.isEmpty())
            emit passphrase_wanted();
        else
            unlock(passphrase);
        break;
    case ProfileKey::Need::Keychain:
        set_busy(true);
        m_key->get_from_keychain([this, passphrase](Result<crypto::Secret> key) {
            if (key)
                return open_store(std::move(*key));
            set_busy(false);
            // A first start that was cut short: there is nothing yet that could be lost.
            if (!m_folder->has_store())
                return make_new(passphrase);
            lose(key.error(), passphrase);
        });
        break;
    case ProfileKey::Need::NewKey: make_new(passphrase); break;
    case ProfileKey::Need::Lost:
        lose(fail(Errc::not_found, "Nothing says where the key of this profile is: the files profile.key and "
                                   "profile.id are both missing."),
             passphrase);
        break;
    }
}

void ProfileOpener::make_new(const QString& passphrase)
{
    m_is_new = true;
    if (!passphrase.isEmpty())
        return choose_passphrase(passphrase);
    set_busy(true);
    m_key->make_in_keychain([this](Result<crypto::Secret> key) {
        if (key)
            return open_store(std::move(*key));
        qCInfo(log_profile, "%s %s", key.error().message.c_str(), key.error().cause.c_str());
        set_busy(false);
        emit new_passphrase_wanted();
    });
}

void ProfileOpener::lose(const Error& error, const QString& passphrase)
{
    if (!error.cause.empty())
        qCWarning(log_profile, "%s", error.cause.c_str());
    emit key_lost(to_q(error.message));
    if (!passphrase.isEmpty() && has_recovery())
        recover(passphrase);
}

void ProfileOpener::unlock(const QString& passphrase)
{
    if (m_busy)
        return;
    set_busy(true);
    m_key->unlock(passphrase, [this](Result<crypto::Secret> key) {
        if (key)
            return open_store(std::move(*key));
        set_busy(false);
        if (key.error().code == Errc::forbidden) {
            emit passphrase_wanted();
            emit refused(to_q(key.error().message));
        } else {
            emit key_lost(to_q(key.error().message));
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
            return open_store(std::move(*key));
        set_busy(false);
        emit new_passphrase_wanted();
        emit refused(to_q(key.error().message));
    });
}

void ProfileOpener::recover(const QString& passphrase)
{
    if (m_busy)
        return;
    set_busy(true);
    m_key->recover(passphrase, [this](Result<crypto::Secret> key) {
        if (!key) {
            set_busy(false);
            return emit refused(to_q(key.error().message));
        }
        m_recovered = key->clone();
        open_store(std::move(*key));
    });
}

void ProfileOpener::start_fresh()
{
    if (m_busy)
        return;
    const auto aside = m_folder->set_aside();
    if (!aside)
        return emit refused(to_q(aside.error().message));
    m_aside = to_q(aside->native());
    begin({});
}

void ProfileOpener::make_recovery(const QString& passphrase, ProfileKey::Finished done)
{
    if (m_busy || !m_key)
        return;
    set_busy(true);
    m_key->make_recovery(passphrase, [this, done = std::move(done)](const Result<void>& outcome) {
        set_busy(false);
        done(outcome);
    });
}

void ProfileOpener::open_store(crypto::Secret key)
{
    m_store = Store::open(m_folder->store_file(), std::move(key), this,
                          [this](const Result<void>& outcome) { store_opened(outcome); });
}

void ProfileOpener::store_opened(const Result<void>& outcome)
{
    auto store = std::exchange(m_store, nullptr);
    auto recovered = std::exchange(m_recovered, {});
    set_busy(false);
    if (!outcome && outcome.error().code == Errc::unauthorized)
        return emit key_lost(tr("The key of this profile does not open what is stored here. Either it is not the right "
                                "one, or the file is damaged. Nothing has been changed."));
    if (!outcome)
        return emit failed(to_q(outcome.error().message));
    if (!recovered.empty())
        m_key->put_in_keychain(std::move(recovered), [](const Result<void>& kept) {
            // Then the recovery passphrase is asked for at the next start too.
            if (!kept)
                qCWarning(log_profile, "%s %s", kept.error().message.c_str(), kept.error().cause.c_str());
        });
    emit opened(std::move(store), m_is_new);
}

void ProfileOpener::set_busy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit busy_changed();
}

} // namespace kith::app
