// SPDX-License-Identifier: Apache-2.0
#include "app/net/browser_sign_in.h"

#include "app/base/strings.h"
#include "app/net/server_address.h"
#include "common/crypto/random.h"
#include "common/crypto/secret.h"

#include <QCryptographicHash>

namespace kith::net {

namespace {

const QString k_scopes = QStringLiteral("read write push");

QByteArray random_text()
{
    constexpr std::size_t k_bytes = 32;
    return QByteArray::fromStdString(crypto::random_token(k_bytes));
}

// https://www.rfc-editor.org/rfc/rfc7636#section-4.2
// "code_challenge = BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))"
QByteArray challenge_of(const QByteArray& verifier)
{
    return QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

bool same(const QByteArray& a, const QByteArray& b)
{
    return crypto::equal_in_constant_time({reinterpret_cast<const std::byte*>(a.constData()), static_cast<std::size_t>(a.size())},
                                          {reinterpret_cast<const std::byte*>(b.constData()), static_cast<std::size_t>(b.size())});
}

} // namespace

BrowserSignIn::BrowserSignIn(ApiClient& api, OpenUrl open_url, QObject* parent)
    : QObject(parent), m_api(api), m_open_url(std::move(open_url))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this,
            [this] { give_up(tr("Nothing came back from your browser. Try again.")); });
    connect(&m_redirect, &LoopbackRedirect::arrived, this, &BrowserSignIn::arrived);
}

void BrowserSignIn::start(std::chrono::milliseconds patience)
{
    end();
    if (!m_redirect.listen())
        return give_up(tr("Your browser could not find the way back: no port is free on this computer."));
    m_deadline.start(patience);
    m_verifier = random_text();
    m_state = random_text();
    m_api.register_application(m_redirect.address(), k_scopes, this,
                               [this, attempt = m_attempt](Result<api::Application> application) {
                                   if (attempt == m_attempt)
                                       registered(std::move(application));
                               });
}

void BrowserSignIn::registered(Result<api::Application> application)
{
    if (!application || !application->client_id)
        return give_up(application ? tr("%1 does not let programs sign in.").arg(shown_host(m_api.exchange().server()))
                                   : app::to_q(application.error().message));
    m_client = {.id = app::to_q(*application->client_id), .secret = app::to_q(application->client_secret.value_or(""))};
    const auto encoded = [](const QString& text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); };
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("response_type"), QStringLiteral("code"));
    query.addQueryItem(QStringLiteral("client_id"), encoded(m_client.id));
    query.addQueryItem(QStringLiteral("redirect_uri"), encoded(m_redirect.address().toString()));
    query.addQueryItem(QStringLiteral("scope"), encoded(k_scopes));
    query.addQueryItem(QStringLiteral("state"), QString::fromLatin1(m_state));
    query.addQueryItem(QStringLiteral("code_challenge"), QString::fromLatin1(challenge_of(m_verifier)));
    query.addQueryItem(QStringLiteral("code_challenge_method"), QStringLiteral("S256"));
    m_page = m_api.exchange().server();
    m_page.setPath(QStringLiteral("/oauth/authorize"));
    m_page.setQuery(query);
    if (!m_open_url || !m_open_url(m_page))
        return give_up(tr("Your browser could not be opened."));
    m_waiting = true;
    emit waiting_changed(true);
}

void BrowserSignIn::open_again()
{
    if (m_waiting)
        m_open_url(m_page);
}

void BrowserSignIn::arrived(const QUrlQuery& query)
{
    const auto value = [&](const char* name) {
        return query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded);
    };
    // Whatever another program or page sends here is not ours, and must not end what is.
    if (!m_waiting || !same(value("state").toUtf8(), m_state))
        return;
    const auto code = value("code");
    if (code.isEmpty() || code.size() > 2048)
        return give_up(value("error") == QLatin1String("access_denied")
                           ? tr("You did not allow Kith to use your account.")
                           : tr("%1 did not let Kith in.").arg(shown_host(m_api.exchange().server())));
    exchange(code);
}

void BrowserSignIn::exchange(const QString& code)
{
    const CodeGrant grant{.code = code,
                          .client_id = m_client.id,
                          .client_secret = m_client.secret,
                          .redirect_uri = m_redirect.address().toString(),
                          .verifier = QString::fromLatin1(m_verifier)};
    m_redirect.close();
    m_waiting = false;
    emit waiting_changed(false);
    m_api.exchange_code(grant, this, [this, attempt = m_attempt](Result<api::Token> token) {
        if (attempt != m_attempt)
            return;
        if (!token)
            return give_up(app::to_q(token.error().message));
        const auto client = m_client;
        end();
        emit finished(*token, client);
    });
}

void BrowserSignIn::cancel()
{
    end();
}

void BrowserSignIn::give_up(const QString& sentence)
{
    end();
    emit failed(sentence);
}

void BrowserSignIn::end()
{
    ++m_attempt;
    m_deadline.stop();
    m_redirect.close();
    m_verifier.clear();
    m_state.clear();
    m_client = {};
    if (std::exchange(m_waiting, false))
        emit waiting_changed(false);
}

} // namespace kith::net
