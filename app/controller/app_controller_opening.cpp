// SPDX-License-Identifier: Apache-2.0
// The part of AppController that stands before there is a store: the profile, its key, and what to do without one.
#include "app/base/strings.h"
#include "app/controller/app_controller.h"
#include "app/services/services.h"

namespace kith::app {

void AppController::watch_opener()
{
    connect(&m_opener, &ProfileOpener::busy_changed, this, &AppController::busyChanged);
    connect(&m_opener, &ProfileOpener::passphrase_wanted, this,
            [this] { set_state(QStringLiteral("locked")); });
    connect(&m_opener, &ProfileOpener::new_passphrase_wanted, this,
            [this] { set_state(QStringLiteral("needsPassphrase")); });
    connect(&m_opener, &ProfileOpener::refused, this, &AppController::set_sign_in_error);
    connect(&m_opener, &ProfileOpener::key_lost, this,
            [this](const QString& sentence) { set_state(QStringLiteral("keyLost"), sentence); });
    connect(&m_opener, &ProfileOpener::failed, this,
            [this](const QString& sentence) { set_state(QStringLiteral("failed"), sentence); });
    connect(&m_opener, &ProfileOpener::opened, this, &AppController::profile_opened);
}

Result<void> AppController::take_profile(const QString& folder)
{
    auto taken = m_opener.take_folder(folder);
    if (!taken)
        set_state(QStringLiteral("failed"), to_q(taken.error().message));
    return taken;
}

void AppController::open(const QString& passphrase)
{
    m_opener.begin(passphrase);
}

void AppController::profile_opened(std::shared_ptr<store::Store> store, bool is_new)
{
    if (!is_new || !m_offer_recovery || !m_recovery.possible())
        return use_store(std::move(store));
    m_offered = std::move(store);
    set_state(QStringLiteral("offerRecovery"));
}

void AppController::leaveRecoveryOffer()
{
    if (m_offered)
        use_store(std::exchange(m_offered, nullptr));
}

void AppController::unlock(const QString& passphrase)
{
    set_sign_in_error({});
    m_opener.unlock(passphrase);
}

void AppController::choosePassphrase(const QString& passphrase)
{
    set_sign_in_error({});
    m_opener.choose_passphrase(passphrase);
}

void AppController::recover(const QString& passphrase)
{
    set_sign_in_error({});
    m_opener.recover(passphrase);
}

void AppController::tryKeychainAgain()
{
    set_sign_in_error({});
    m_opener.try_keychain_again();
}

void AppController::startFresh()
{
    set_sign_in_error({});
    m_opener.start_fresh();
}

} // namespace kith::app
