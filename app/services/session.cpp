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

Session::Session(store::Store& store, net::ApiClient& api, QObject* parent)
    : QObject(parent), m_store(store), m_api(api)
{
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
        if (!account) {
            if (account.error().code == Errc::unauthorized)
                emit expired();
            return;
        }
        m_current->account = std::move(*account);
        keep();
        emit updated();
    });
    m_api.instance(this, [this, generation = m_generation](Result<api::Instance> instance) {
        if (generation != m_generation || !m_current || !instance)
            return;
        m_coming = *m_current;
        take_instance(instance);
        m_current = std::exchange(m_coming, {});
        keep();
        emit updated();
    });
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
    if (m_busy || m_current)
        return;
    emit failed({});
    const auto address = net::parse_server_address(server);
    if (!address)
        return give_up(address.error());
    auto username = name.trimmed();
    if (username.startsWith(QLatin1Char('@')))
        username.remove(0, 1);
    if (username.isEmpty() || password.isEmpty())
        return give_up(fail(Errc::invalid, to_std(tr("Type your name and your password."))));

    set_busy(true);
    ++m_generation;
    m_coming = SavedSession{.server = to_std(address->toString()), .token = {}, .account = {}};
    m_api.set_server(*address);
    m_api.set_token({});
    const auto done = [this, generation = m_generation](Result<api::Token> token) {
        if (generation != m_generation)
            return;
        if (!token)
            return give_up(token.error());
        with_token(*token);
    };
    if (way == Way::SignIn)
        m_api.sign_in(username, password, this, done);
    else
        m_api.sign_up(username, password, this, done);
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
        if (generation == m_generation)
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
        store::write_session(connection, session);
    };
    m_store.write(this, work, [this, generation = m_generation](const Result<void>& outcome) {
        if (generation != m_generation)
            return;
        if (!outcome)
            return give_up(outcome.error());
        m_current = std::exchange(m_coming, {});
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
    if (!m_current)
        return;
    ++m_generation;
    emit leaving();
    m_api.revoke(this, [](const Result<bool>&) {});
    m_api.set_token({});
    m_current.reset();
    m_store.write(this, store::forget_everything, [this](const Result<void>&) { emit signed_out(); });
}

void Session::set_busy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit busy_changed();
}

} // namespace kith::services
