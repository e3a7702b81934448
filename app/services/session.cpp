// SPDX-License-Identifier: Apache-2.0
#include "app/services/session.h"

#include "app/base/strings.h"
#include "app/net/server_address.h"
#include "common/text/utf8.h"

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;
using store::SavedSession;

namespace {

/// Where the server wants its streams to be asked for; "" for itself, and for what the token must not be sent to.
std::string streaming_of(const api::Instance& instance)
{
    const QUrl url(to_q(instance.configuration.urls.streaming), QUrl::StrictMode);
    const bool safe = url.scheme() == QLatin1String("wss") || (url.scheme() == QLatin1String("ws") && net::is_loopback(url));
    return url.isValid() && safe ? to_std(url.toString()) : std::string{};
}

} // namespace

Session::Session(store::Store& store, net::ApiClient& api, net::BrowserSignIn::OpenUrl open_url, QObject* parent)
    : QObject(parent), m_store(store), m_api(api), m_browser(api, std::move(open_url))
{
    connect(&m_browser, &net::BrowserSignIn::waiting_changed, this, &Session::waits_for_browser_changed);
    connect(&m_browser, &net::BrowserSignIn::finished, this, &Session::browser_finished);
    connect(&m_browser, &net::BrowserSignIn::failed, this, &Session::browser_failed);
    connect(&m_api.exchange(), &net::HttpExchange::token_refused, this, [this] {
        if (m_current && !m_busy)
            emit expired();
    });
}

Viewer Session::viewer() const
{
    return m_current ? viewer_of(m_current->account, m_current->instance_domain) : Viewer{};
}

void Session::restore()
{
    m_store.read(this, store::read_session, [this](Result<std::optional<SavedSession>> saved) {
        if (!saved || !*saved)
            return emit signed_out();
        m_current = std::move(**saved);
        settle(*m_current);
        m_api.set_server(QUrl(to_q(m_current->server)));
        m_api.set_token(QByteArray::fromStdString(m_current->token));
        emit signed_in();
        ask_for_news();
    });
}

void Session::ask_for_news()
{
    m_api.verify_credentials(this, [this, generation = m_generation](Result<api::Account> account) {
        if (generation != m_generation || !m_current)
            return;
        if (!account)
            return;
        m_current->account = std::move(*account);
        keep();
        emit renewed();
        emit updated();
    });
    m_api.instance(this, [this, generation = m_generation](Result<api::Instance> instance) {
        if (generation != m_generation || !m_current || !instance)
            return;
        m_coming = *m_current;
        take_instance(instance);
        m_current = std::exchange(m_coming, {});
        settle(*m_current);
        keep();
        emit updated();
    });
}

void Session::settle(const SavedSession& session)
{
    m_api.set_kith(session.kith_version > 0);
}

void Session::sign_in(const QString& server, const QString& name, const QString& password)
{
    begin(Way::SignIn, server, name, password);
}

void Session::sign_up(const QString& server, const QString& name, const QString& password)
{
    begin(Way::SignUp, server, name, password);
}

void Session::begin(Way way, const QString& server, const QString& name, const QString& password)
{
    const auto address = net::parse_server_address(server);
    if (!address)
        return give_up(address.error());
    auto username = name.trimmed();
    if (username.startsWith(QLatin1Char('@')))
        username.remove(0, 1);
    if (username.isEmpty() || password.isEmpty())
        return give_up(fail(Errc::invalid, to_std(tr("Type your name and your password."))));

    if (!begin_at(*address))
        return;
    const auto done = [this, generation = m_generation](Result<api::Token> token) {
        if (generation != m_generation)
            return;
        if (!token && token.error().code == Errc::not_found)
            return give_up(fail(Errc::not_found, to_std(tr("%1 takes no passwords from programs. Sign in with your browser.")
                                                            .arg(net::shown_host(m_api.exchange().server())))));
        if (!token)
            return give_up(token.error());
        with_token(*token);
    };
    if (way == Way::SignIn)
        m_api.sign_in(username, password, this, done);
    else
        m_api.sign_up(username, password, this, done);
}

bool Session::begin_at(const QUrl& server)
{
    if (m_busy || m_current)
        return false;
    emit failed({});
    set_busy(true);
    ++m_generation;
    m_coming = SavedSession{.server = to_std(server.toString()), .token = {}, .account = {}};
    m_api.set_server(server);
    m_api.set_token({});
    return true;
}

void Session::sign_in_with_browser(const QString& server)
{
    const auto address = net::parse_server_address(server);
    if (!address)
        return give_up(address.error());
    if (!begin_at(*address))
        return;
    m_discovery.find(*address, [this, generation = m_generation](const QUrl& found) {
        if (generation != m_generation)
            return;
        m_coming.server = to_std(found.toString());
        m_api.set_server(found);
        m_browser.start();
    });
}

void Session::sign_in_again_with_browser()
{
    if (m_busy || !m_current)
        return;
    emit failed({});
    set_busy(true);
    m_api.set_token({});
    m_browser.start();
}

void Session::cancel_browser()
{
    if (!m_busy)
        return;
    m_browser.cancel();
    browser_failed({});
}

void Session::browser_finished(const api::Token& token, const net::OauthClient& client)
{
    if (m_current)
        return renew(token, client);
    m_coming.client_id = to_std(client.id);
    m_coming.client_secret = to_std(client.secret);
    with_token(token);
}

void Session::browser_failed(const QString& sentence)
{
    const auto error = fail(Errc::unavailable, to_std(sentence));
    if (m_current)
        return take_back(error);
    ++m_generation;
    give_up(error);
}

void Session::sign_in_again(const QString& password)
{
    if (m_busy || !m_current)
        return;
    emit failed({});
    if (password.isEmpty())
        return emit failed(tr("Type your password."));
    set_busy(true);
    m_api.set_token({});
    const auto done = [this, generation = m_generation](Result<api::Token> token) {
        if (generation != m_generation || !m_current)
            return;
        if (!token)
            return take_back(token.error());
        renew(*token, {});
    };
    m_api.sign_in(to_q(m_current->account.username), password, this, done);
}

void Session::renew(const api::Token& token, const net::OauthClient& client)
{
    const auto secret = QByteArray::fromStdString(token.access_token);
    const auto done = [this, secret, token, client, generation = m_generation](Result<api::Account> account) {
        if (generation != m_generation || !m_current)
            return;
        if (!account)
            return take_back(account.error());
        // What is kept here is one person's.
        if (account->id != m_current->account.id)
            return take_back(fail(Errc::conflict, to_std(tr("That is another account. To use it, sign out first."))));
        m_api.set_token(secret);
        m_current->token = token.access_token;
        m_current->client_id = to_std(client.id);
        m_current->client_secret = to_std(client.secret);
        m_current->account = std::move(*account);
        keep();
        set_busy(false);
        emit renewed();
        emit updated();
    };
    // Not in use yet: what waits to be sent must not go out in somebody else's name.
    m_api.verify_token(secret, this, done);
}

void Session::take_back(const Error& error)
{
    m_api.set_token(QByteArray::fromStdString(m_current->token));
    set_busy(false);
    emit failed(to_q(error.message));
}

void Session::with_token(const api::Token& token)
{
    m_coming.token = token.access_token;
    m_api.set_token(QByteArray::fromStdString(token.access_token));
    m_api.verify_credentials(this, [this, generation = m_generation](Result<api::Account> account) {
        if (generation != m_generation)
            return;
        if (!account)
            return give_up(account.error());
        with_account(*account);
    });
}

void Session::with_account(const api::Account& account)
{
    m_coming.account = account;
    m_api.instance(this, [this, generation = m_generation](Result<api::Instance> instance) {
        if (generation != m_generation)
            return;
        if (!instance && instance.error().code == Errc::not_found)
            return ask_old_instance();
        with_instance(std::move(instance));
    });
}

void Session::ask_old_instance()
{
    m_api.instance_v1(this, [this, generation = m_generation](Result<api::InstanceV1> old) {
        if (generation != m_generation)
            return;
        if (!old)
            return with_instance(old.error());
        api::Instance instance;
        instance.domain = old->uri;
        instance.title = old->title;
        instance.configuration = old->configuration;
        instance.configuration.urls.streaming = old->urls.streaming_api;
        instance.api_versions.kith = 0;
        with_instance(std::move(instance));
    });
}

void Session::take_instance(const Result<api::Instance>& instance)
{
    const auto host = to_std(net::shown_host(QUrl(to_q(m_coming.server))));
    if (instance) {
        m_coming.instance_title = text::clean_line(instance->title, 100);
        m_coming.instance_domain = text::clean_line(instance->domain, 253);
        m_coming.max_characters =
            std::clamp<std::int64_t>(instance->configuration.statuses.max_characters, 1, 1'000'000);
        m_coming.kith_version = std::max<std::int64_t>(0, instance->api_versions.kith);
        // Kith's servers stream where they are, whatever they call themselves.
        m_coming.streaming = m_coming.kith_version > 0 ? std::string{} : streaming_of(*instance);
    }
    if (m_coming.instance_title.empty())
        m_coming.instance_title = host;
    if (m_coming.instance_domain.empty())
        m_coming.instance_domain = host;
}

void Session::with_instance(Result<api::Instance> instance)
{
    take_instance(instance); // a server that cannot say its name is still a server
    const auto work = [session = m_coming](Connection& connection) {
        // What is here may be somebody else's, when it could not be read who was signed in.
        const auto before = store::read_session(connection);
        if (!before || before->server != session.server || before->account.id != session.account.id)
            store::forget_everything(connection);
        store::write_session(connection, session);
    };
    m_store.write(this, work, [this, generation = m_generation](const Result<void>& outcome) {
        if (generation != m_generation)
            return;
        if (!outcome)
            return give_up(outcome.error());
        m_current = std::exchange(m_coming, {});
        settle(*m_current);
        set_busy(false);
        emit signed_in();
    });
}

void Session::give_up(const Error& error)
{
    m_api.set_token({});
    m_coming = {};
    set_busy(false);
    emit failed(to_q(error.message));
}

void Session::keep()
{
    m_store.write([session = *m_current](Connection& connection) {
        store::write_session(connection, session);
    });
}

void Session::sign_out()
{
    if (!m_current || m_leaving)
        return;
    m_leaving = true;
    ++m_generation;
    m_browser.cancel();
    // What is on its way was asked for by this account, and must not reach the next one's store.
    m_api.drop_answers();
    m_api.set_token(QByteArray::fromStdString(m_current->token));
    emit leaving();
    m_store.write(this, store::forget_everything, [this](const Result<void>& outcome) {
        m_leaving = false;
        set_busy(false);
        if (!outcome)
            return stay(outcome.error());
        m_api.revoke(to_q(m_current->client_id), to_q(m_current->client_secret), this, [](const Result<bool>&) {});
        m_api.set_token({});
        m_current.reset();
        emit signed_out();
    });
}

void Session::stay(const Error& error)
{
    emit signed_in();
    emit failed(tr("You are still signed in: what is kept here could not be removed. %1").arg(to_q(error.message)));
}

void Session::set_busy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit busy_changed();
}

} // namespace kith::services
