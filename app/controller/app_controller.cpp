// SPDX-License-Identifier: Apache-2.0
#include "app/controller/app_controller.h"

#include "app/base/gui_watchdog.h"
#include "app/base/strings.h"
#include "app/controller/demo_content.h"
#include "app/net/server_address.h"
#include "app/services/services.h"
#include "app/services/words.h"
#include "app/store/rows.h"

#include <QDesktopServices>
#include <QQmlEngine>

namespace kith::app {

using services::Network;
using services::Services;
using sqlite::Connection;

namespace {

constexpr std::string_view k_scheme = "look.color_scheme";
constexpr std::string_view k_contrast = "look.high_contrast";
constexpr std::string_view k_motion = "look.reduce_motion";
constexpr std::string_view k_server = "look.server";
const QString k_yes = QStringLiteral("yes");
/// The engine's property that holds its controller.
constexpr const char* k_controller = "kithController";

QObject* controller_of(QQmlEngine* engine, QJSEngine*)
{
    auto* controller = engine->property(k_controller).value<AppController*>();
    QQmlEngine::setObjectOwnership(controller, QQmlEngine::CppOwnership);
    return controller;
}

} // namespace

AppController::AppController(std::unique_ptr<store::Keychain> keychain, QObject* parent)
    : QObject(parent), m_opener(std::move(keychain)), m_open_url(&QDesktopServices::openUrl)
{
    watch_opener();
}

AppController::~AppController()
{
    detach_models();
}

void AppController::open_demo(const QString& page)
{
    m_start_page = page;
    // These stand before there is a store.
    if (page == QLatin1String("keylost"))
        return set_state(QStringLiteral("keyLost"), tr("The key of this profile is not in the system's keychain."));
    if (page == QLatin1String("recovery"))
        return set_state(QStringLiteral("offerRecovery"));
    const auto store = std::make_shared<std::shared_ptr<store::Store>>();
    *store = store::Store::open_in_memory(this, [this, store, page](const Result<void>& opened) {
        if (!opened)
            return set_state(QStringLiteral("failed"), to_q(opened.error().message));
        const bool signed_in = page != QLatin1String("signin");
        const auto fill = [signed_in](Connection& connection) {
            if (signed_in)
                fill_with_demo(connection);
        };
        auto opened_store = std::exchange(*store, nullptr);
        auto& filled = *opened_store;
        filled.write(this, fill, [this, opened_store](const Result<void>&) {
            start_services(opened_store, false);
        });
        connect(this, &AppController::stateChanged, &m_people, [this, page] {
            if (page == QLatin1String("people"))
                m_people.search(QStringLiteral("harbour.social"));
        });
    });
}

void AppController::use_store(std::shared_ptr<store::Store> store)
{
    start_services(std::move(store), true);
}

void AppController::start_services(std::shared_ptr<store::Store> store, bool with_network)
{
    set_sign_in_error({});
    m_services = std::make_unique<Services>(std::move(store), with_network ? Network::Yes : Network::No, m_open_url);
    auto& session = m_services->session;
    connect(&session, &services::Session::busy_changed, this, &AppController::busyChanged);
    connect(&session, &services::Session::waits_for_browser_changed, this, &AppController::busyChanged);
    connect(&session, &services::Session::failed, this, &AppController::set_sign_in_error);
    connect(&session, &services::Session::updated, this, &AppController::accountChanged);
    connect(&session, &services::Session::signed_in, this, &AppController::became_ready);
    connect(&session, &services::Session::signed_out, this, &AppController::became_signed_out);
    connect(&m_services->connection, &services::Connection::changed, this, &AppController::connectionChanged);
    connect(&m_services->notifications, &services::NotificationSync::unseen_counted, this, [this](int unseen) {
        if (std::exchange(m_unread, unseen) != unseen)
            emit unreadNotificationsChanged();
    });
    read_look();
    session.restore();
}

void AppController::read_look()
{
    struct Look {
        std::optional<std::string> scheme, contrast, motion, server;
    };
    const auto read = [](Connection& connection) {
        return Look{.scheme = store::read_setting(connection, k_scheme),
                    .contrast = store::read_setting(connection, k_contrast),
                    .motion = store::read_setting(connection, k_motion),
                    .server = store::read_setting(connection, k_server)};
    };
    m_services->store.read(this, read, [this](Result<Look> look) {
        if (!look)
            return;
        if (look->scheme)
            m_color_scheme = to_q(*look->scheme);
        m_high_contrast = look->contrast == "yes";
        m_reduce_motion = look->motion == "yes";
        m_last_server = to_q(look->server.value_or(std::string{}));
        emit colorSchemeChanged();
        emit highContrastChanged();
        emit reduceMotionChanged();
        emit accountChanged();
    });
}

void AppController::remember(std::string_view key, const QString& value)
{
    if (!m_services)
        return;
    m_services->store.write([key, text = to_std(value)](Connection& connection) {
        store::write_setting(connection, key, text);
    });
}

void AppController::became_ready()
{
    const auto& current = *m_services->session.current();
    m_last_server = to_q(current.server);
    remember(k_server, m_last_server);
    m_allowed->set(QUrl(m_last_server));
    m_home.attach(*m_services);
    m_thread.attach(*m_services);
    m_notifications.attach(*m_services);
    m_people.attach(*m_services);
    m_compose.attach(*m_services);
    set_sign_in_error({});
    emit accountChanged();
    set_state(QStringLiteral("ready"));
}

void AppController::became_signed_out()
{
    detach_models();
    m_allowed->set({});
    m_unread = 0;
    emit unreadNotificationsChanged();
    emit accountChanged();
    emit connectionChanged();
    set_state(QStringLiteral("signedOut"));
}

void AppController::detach_models()
{
    m_home.detach();
    m_thread.detach();
    m_notifications.detach();
    m_people.detach();
    m_compose.detach();
}

bool AppController::online() const
{
    return !m_services || m_services->connection.online();
}

QString AppController::connectionSentence() const
{
    return m_services ? m_services->connection.sentence() : QString{};
}

bool AppController::signInExpired() const
{
    return m_services && m_services->connection.expired();
}

bool AppController::busy() const
{
    return m_opener.busy() || (m_services && m_services->session.busy());
}

bool AppController::waitsForBrowser() const
{
    return m_services && m_services->session.waits_for_browser();
}

bool AppController::serverHasKith() const
{
    return m_services && m_services->session.has_kith();
}

QVariantMap AppController::account() const
{
    if (!m_services || !m_services->session.current())
        return {};
    const auto viewer = m_services->session.viewer();
    return {{QStringLiteral("accountId"), viewer.account_id},
            {QStringLiteral("name"), viewer.name},
            {QStringLiteral("handle"), viewer.handle},
            {QStringLiteral("initial"), services::initial_of(viewer.name)},
            {QStringLiteral("color"), services::color_of(viewer.handle)}};
}

QString AppController::server() const
{
    return m_last_server;
}

QString AppController::instanceTitle() const
{
    const auto* current =
        m_services && m_services->session.current() ? &*m_services->session.current() : nullptr;
    return current ? to_q(current->instance_title) : QString{};
}

void AppController::setColorScheme(const QString& scheme)
{
    const QStringList known{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (m_color_scheme == scheme || !known.contains(scheme))
        return;
    m_color_scheme = scheme;
    remember(k_scheme, scheme);
    emit colorSchemeChanged();
}

void AppController::setHighContrast(bool high)
{
    if (std::exchange(m_high_contrast, high) == high)
        return;
    remember(k_contrast, high ? k_yes : QString{});
    emit highContrastChanged();
}

void AppController::setReduceMotion(bool reduce)
{
    if (std::exchange(m_reduce_motion, reduce) == reduce)
        return;
    remember(k_motion, reduce ? k_yes : QString{});
    emit reduceMotionChanged();
}

void AppController::signIn(const QString& server, const QString& name, const QString& password)
{
    if (m_services)
        m_services->session.sign_in(server, name, password);
}

void AppController::signUp(const QString& server, const QString& name, const QString& password)
{
    if (m_services)
        m_services->session.sign_up(server, name, password);
}

void AppController::signInAgain(const QString& password)
{
    if (m_services)
        m_services->session.sign_in_again(password);
}

void AppController::signInWithBrowser(const QString& server)
{
    if (m_services)
        m_services->session.sign_in_with_browser(server);
}

void AppController::signInAgainWithBrowser()
{
    if (m_services)
        m_services->session.sign_in_again_with_browser();
}

void AppController::openBrowserAgain()
{
    if (m_services)
        m_services->session.open_browser_again();
}

void AppController::cancelSignIn()
{
    if (m_services)
        m_services->session.cancel_browser();
}

void AppController::signOut()
{
    if (!m_services)
        return;
    detach_models();
    m_services->session.sign_out();
}

void AppController::retryNow()
{
    if (m_services)
        m_services->retry_now();
}

void AppController::markNotificationsRead()
{
    if (m_services)
        m_services->notifications.mark_seen();
}

void AppController::openThread(const QString& statusId)
{
    m_thread.open(statusId);
}

void AppController::openLink(const QString& url)
{
    const QUrl link(url, QUrl::StrictMode);
    const QStringList schemes{QStringLiteral("http"), QStringLiteral("https"), QStringLiteral("mailto")};
    if (link.isValid() && schemes.contains(link.scheme()))
        QDesktopServices::openUrl(link);
}

void AppController::set_state(const QString& state, const QString& failure)
{
    if (m_state == state && m_failure == failure)
        return;
    m_state = state;
    m_failure = failure;
    allow_long("Another whole page is made: signing in, the app itself. Seldom, and nothing else goes on meanwhile.");
    emit stateChanged();
}

void AppController::set_sign_in_error(const QString& sentence)
{
    if (m_sign_in_error == sentence)
        return;
    m_sign_in_error = sentence;
    emit signInErrorChanged();
}

void register_types(QQmlEngine& engine, AppController& controller)
{
    engine.setProperty(k_controller, QVariant::fromValue(&controller));
    static const bool registered = [] {
        const auto why = QStringLiteral("It belongs to App.");
        qmlRegisterUncreatableType<Recovery>("Kith.App", 1, 0, "Recovery", why);
        qmlRegisterUncreatableType<timeline::TimelineModel>("Kith.App", 1, 0, "TimelineModel", why);
        qmlRegisterUncreatableType<timeline::ThreadModel>("Kith.App", 1, 0, "ThreadModel", why);
        qmlRegisterUncreatableType<notifications::NotificationModel>("Kith.App", 1, 0, "NotificationModel", why);
        qmlRegisterUncreatableType<people::PeopleModel>("Kith.App", 1, 0, "PeopleModel", why);
        qmlRegisterUncreatableType<compose::ComposeModel>("Kith.App", 1, 0, "ComposeModel", why);
        // Not an instance for the whole program: it may have several engines, each with its own.
        qmlRegisterSingletonType<AppController>("Kith.App", 1, 0, "App", controller_of);
        return true;
    }();
    Q_UNUSED(registered);
}

} // namespace kith::app
