// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/controller/profile_opener.h"
#include "app/controller/qml_network.h"
#include "app/controller/recovery.h"
#include "app/features/compose/compose_model.h"
#include "app/features/notifications/notification_model.h"
#include "app/features/people/people_model.h"
#include "app/features/timeline/thread_model.h"
#include "app/features/timeline/timeline_model.h"
#include "app/net/browser_sign_in.h"

#include <QObject>
#include <QVariantMap>

#include <memory>

class QQmlEngine;

namespace kith::services {
class Services;
}

namespace kith::app {

/// What QML knows as `App` (module Kith.App): the state of the whole, and the models. GUI thread only; nothing here
/// blocks.
class AppController : public QObject {
    Q_OBJECT
    /// "opening", "locked", "needsPassphrase", "keyLost", "offerRecovery", "signedOut", "ready", "failed"
    Q_PROPERTY(QString state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString failure READ failure NOTIFY stateChanged)
    Q_PROPERTY(bool online READ online NOTIFY connectionChanged)
    Q_PROPERTY(QString connectionSentence READ connectionSentence NOTIFY connectionChanged)
    /// The server does not take our token any more: call signInAgain().
    Q_PROPERTY(bool signInExpired READ signInExpired NOTIFY connectionChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)
    /// The page of the server is open in the person's browser, and has to be answered there.
    Q_PROPERTY(bool waitsForBrowser READ waitsForBrowser NOTIFY busyChanged)
    /// Whether the server has what is Kith's own; else it is another one that speaks Mastodon's API.
    Q_PROPERTY(bool serverHasKith READ serverHasKith NOTIFY accountChanged)
    Q_PROPERTY(QString signInError READ signInError NOTIFY signInErrorChanged)
    Q_PROPERTY(QVariantMap account READ account NOTIFY accountChanged)
    Q_PROPERTY(QString server READ server NOTIFY accountChanged)
    Q_PROPERTY(QString instanceTitle READ instanceTitle NOTIFY accountChanged)
    Q_PROPERTY(int unreadNotifications READ unreadNotifications NOTIFY unreadNotificationsChanged)
    Q_PROPERTY(QString colorScheme READ colorScheme WRITE setColorScheme NOTIFY colorSchemeChanged)
    Q_PROPERTY(bool highContrast READ highContrast WRITE setHighContrast NOTIFY highContrastChanged)
    Q_PROPERTY(bool reduceMotion READ reduceMotion WRITE setReduceMotion NOTIFY reduceMotionChanged)
    Q_PROPERTY(QString startPage READ startPage CONSTANT)
    Q_PROPERTY(kith::app::Recovery* recovery READ recovery CONSTANT)
    Q_PROPERTY(kith::timeline::TimelineModel* home READ home CONSTANT)
    Q_PROPERTY(kith::timeline::ThreadModel* thread READ thread CONSTANT)
    Q_PROPERTY(kith::notifications::NotificationModel* notifications READ notifications CONSTANT)
    Q_PROPERTY(kith::people::PeopleModel* people READ people CONSTANT)
    Q_PROPERTY(kith::compose::ComposeModel* compose READ compose CONSTANT)

public:
    /// Without a keychain it is the system's.
    explicit AppController(std::unique_ptr<store::Keychain> keychain = nullptr, QObject* parent = nullptr);
    ~AppController() override;

    /// Takes the profile's folder; `conflict` when another Kith has it open. Then open() goes on.
    Result<void> take_profile(const QString& folder);
    /// Opens the profile; `passphrase` (may be empty) answers the question for one, for runs without a person.
    void open(const QString& passphrase);
    /// Invented people and posts in memory, no network. `page` is what will be shown.
    void open_demo(const QString& page);
    /// Whether a new profile in the keychain begins with the offer of a recovery passphrase; not for runs without a
    /// person. True unless this is called.
    void set_recovery_offer(bool offer) { m_offer_recovery = offer; }
    /// What shows an address in the browser instead of the system's way; for tests, before open().
    void set_browser(net::BrowserSignIn::OpenUrl open_url) { m_open_url = std::move(open_url); }
    /// Over an open store, as open() does at its end; for tests.
    void use_store(std::shared_ptr<store::Store> store);

    std::shared_ptr<const AllowedServer> allowed_server() const { return m_allowed; }
    services::Services* services() const { return m_services.get(); }

    QString state() const { return m_state; }
    QString failure() const { return m_failure; }
    bool online() const;
    QString connectionSentence() const;
    bool signInExpired() const;
    bool busy() const;
    bool waitsForBrowser() const;
    bool serverHasKith() const;
    QString signInError() const { return m_sign_in_error; }
    QVariantMap account() const;
    QString server() const;
    QString instanceTitle() const;
    int unreadNotifications() const { return m_unread; }
    QString colorScheme() const { return m_color_scheme; }
    void setColorScheme(const QString& scheme);
    bool highContrast() const { return m_high_contrast; }
    void setHighContrast(bool high);
    bool reduceMotion() const { return m_reduce_motion; }
    void setReduceMotion(bool reduce);
    QString startPage() const { return m_start_page; }
    Recovery* recovery() { return &m_recovery; }
    timeline::TimelineModel* home() { return &m_home; }
    timeline::ThreadModel* thread() { return &m_thread; }
    notifications::NotificationModel* notifications() { return &m_notifications; }
    people::PeopleModel* people() { return &m_people; }
    compose::ComposeModel* compose() { return &m_compose; }

    Q_INVOKABLE void signIn(const QString& server, const QString& name, const QString& password);
    Q_INVOKABLE void signUp(const QString& server, const QString& name, const QString& password);
    /// For the same account; drafts and what waits to be sent stay. Why it did not work is in signInError.
    Q_INVOKABLE void signInAgain(const QString& password);
    /// Through the person's browser, on any server that speaks Mastodon's API.
    Q_INVOKABLE void signInWithBrowser(const QString& server);
    Q_INVOKABLE void signInAgainWithBrowser();
    Q_INVOKABLE void openBrowserAgain();
    Q_INVOKABLE void cancelSignIn();
    Q_INVOKABLE void signOut();
    Q_INVOKABLE void unlock(const QString& passphrase);
    Q_INVOKABLE void choosePassphrase(const QString& passphrase);
    /// When the key is lost: with the recovery passphrase, with the keychain once more, or with a new profile while
    /// the old one is kept aside.
    Q_INVOKABLE void recover(const QString& passphrase);
    Q_INVOKABLE void tryKeychainAgain();
    Q_INVOKABLE void startFresh();
    /// On from the offer of a recovery passphrase, which may have been taken or not.
    Q_INVOKABLE void leaveRecoveryOffer();
    Q_INVOKABLE void retryNow();
    Q_INVOKABLE void markNotificationsRead();
    Q_INVOKABLE void openThread(const QString& statusId);
    /// http, https and mailto, with the system's program for it; anything else is ignored.
    Q_INVOKABLE void openLink(const QString& url);

signals:
    void stateChanged();
    void connectionChanged();
    void busyChanged();
    void signInErrorChanged();
    void accountChanged();
    void unreadNotificationsChanged();
    void colorSchemeChanged();
    void highContrastChanged();
    void reduceMotionChanged();

private:
    void watch_opener();
    void profile_opened(std::shared_ptr<store::Store> store, bool is_new);
    void start_services(std::shared_ptr<store::Store> store, bool with_network);
    void read_look();
    void remember(std::string_view key, const QString& value);
    void became_ready();
    void became_signed_out();
    void detach_models();
    void set_state(const QString& state, const QString& failure = {});
    void set_sign_in_error(const QString& sentence);

    ProfileOpener m_opener;
    Recovery m_recovery{m_opener};
    std::shared_ptr<store::Store> m_offered; ///< opened, while the recovery passphrase is offered
    std::unique_ptr<services::Services> m_services;
    net::BrowserSignIn::OpenUrl m_open_url;
    std::shared_ptr<AllowedServer> m_allowed = std::make_shared<AllowedServer>();
    timeline::TimelineModel m_home;
    timeline::ThreadModel m_thread;
    notifications::NotificationModel m_notifications;
    people::PeopleModel m_people;
    compose::ComposeModel m_compose;
    QString m_state = QStringLiteral("opening");
    QString m_failure;
    QString m_sign_in_error;
    QString m_last_server;
    QString m_color_scheme = QStringLiteral("system");
    QString m_start_page = QStringLiteral("home");
    bool m_offer_recovery = true;
    bool m_high_contrast = false;
    bool m_reduce_motion = false;
    int m_unread = 0;
};

/// Registers `App` and the types of its models with QML, module Kith.App 1.0; this engine's `App` is the controller, which
/// must outlive it. Call before the engine loads anything.
void register_types(QQmlEngine& engine, AppController& controller);

} // namespace kith::app
