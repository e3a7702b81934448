// SPDX-License-Identifier: Apache-2.0
#include "tests/app/unit/mastodon_server.h"

#include "app/base/strings.h"
#include "common/api/instance.h"

#include <QCryptographicHash>
#include <QNetworkAccessManager>
#include <QNetworkReply>

namespace kith::test {

namespace {

const QString k_client = QStringLiteral("client + 7");
const QString k_secret = QStringLiteral("s/ecret=&");

QString value_in(const QUrlQuery& query, const char* name)
{
    return query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded);
}

HttpReply error(int status, const char* text)
{
    return {.status = status, .body = to_json_bytes(json::object{{"error", text}})};
}

} // namespace

MastodonServer::MastodonServer() : m_browser(new QNetworkAccessManager(this))
{
    before = [this](const HttpRequest& request) -> std::optional<HttpReply> {
        if (first)
            if (auto reply = first(request))
                return reply;
        const auto& path = request.path;
        if (path.startsWith(QLatin1String("/api/kith/")) || path.startsWith(QLatin1String("/.well-known/")))
            return error(404, "Record not found");
        if (path == QLatin1String("/api/v1/apps"))
            return register_application(request);
        if (path == QLatin1String("/oauth/authorize"))
            return authorize(request);
        if (path == QLatin1String("/oauth/token"))
            return token(request);
        if (path == QLatin1String("/oauth/revoke"))
            return revoke(request);
        if (path.endsWith(QLatin1String("/instance")))
            return instance(request);
        return std::nullopt;
    };
}

std::function<bool(const QUrl&)> MastodonServer::browser()
{
    return [this](const QUrl& url) {
        m_opened = url;
        auto* reply = m_browser->get(QNetworkRequest(url));
        connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
        return true;
    };
}

void MastodonServer::expect(bool holds, const char* otherwise)
{
    if (!holds)
        complaints.append(QString::fromLatin1(otherwise));
}

HttpReply MastodonServer::register_application(const HttpRequest& request)
{
    const auto body = parse_json(request.body.toStdString());
    m_redirect = app::to_q(find_string(*body, "redirect_uris").value_or(""));
    expect(m_redirect.startsWith(QLatin1String("http://127.0.0.1:")), "the redirect is not on this machine");
    expect(!request.headers.contains("authorization"), "an application registers with a token");
    const json::object application{{"id", "563419"},
                                   {"name", find_string(*body, "client_name").value_or("")},
                                   {"website", nullptr},
                                   {"scopes", json::array{"read", "write", "push"}},
                                   {"redirect_uri", m_redirect.toStdString()},
                                   {"redirect_uris", json::array{m_redirect.toStdString()}},
                                   {"client_id", k_client.toStdString()},
                                   {"client_secret", k_secret.toStdString()},
                                   {"client_secret_expires_at", 0},
                                   {"vapid_key", "BCk"}};
    return {.body = to_json_bytes(application)};
}

HttpReply MastodonServer::authorize(const HttpRequest& request)
{
    expect(value_in(request.query, "response_type") == QLatin1String("code"), "no code is asked for");
    expect(value_in(request.query, "client_id") == k_client, "that is another client");
    expect(value_in(request.query, "redirect_uri") == m_redirect, "that is another redirect");
    expect(value_in(request.query, "code_challenge_method") == QLatin1String("S256"), "the challenge is plain");
    expect(value_in(request.query, "state").size() >= 32, "the state can be guessed");
    m_challenge = value_in(request.query, "code_challenge");
    m_code = QStringLiteral("a code/with+signs=");
    QUrl back(m_redirect);
    QUrlQuery answer;
    if (allows)
        answer.addQueryItem(QStringLiteral("code"), QString::fromLatin1(QUrl::toPercentEncoding(m_code)));
    else
        answer.addQueryItem(QStringLiteral("error"), QStringLiteral("access_denied"));
    answer.addQueryItem(QStringLiteral("state"), value_in(request.query, "state"));
    back.setQuery(answer);
    return {.status = 302, .body = {}, .extra_header = "Location: " + back.toEncoded()};
}

HttpReply MastodonServer::token(const HttpRequest& request)
{
    // A form: a plus sign in it is a space.
    const QUrlQuery form(QString::fromLatin1(request.body).replace(QLatin1Char('+'), QLatin1Char(' ')));
    expect(request.headers.value("content-type") == "application/x-www-form-urlencoded", "the token's request is no form");
    expect(value_in(form, "grant_type") == QLatin1String("authorization_code"), "that is another grant");
    expect(value_in(form, "client_id") == k_client && value_in(form, "client_secret") == k_secret, "the client is wrong");
    expect(value_in(form, "redirect_uri") == m_redirect, "the token's redirect is another one");
    const auto verifier = value_in(form, "code_verifier").toLatin1();
    expect(verifier.size() >= 43, "the verifier is short");
    const auto challenge = QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                               .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    if (m_code.isEmpty() || value_in(form, "code") != m_code || challenge != m_challenge.toLatin1())
        return error(400, "invalid_grant");
    m_code.clear();
    const json::object token{{"access_token", "token-1"}, {"token_type", "Bearer"}, {"scope", "read write push"},
                             {"created_at", 1'795'000'000}};
    return {.body = to_json_bytes(token)};
}

HttpReply MastodonServer::revoke(const HttpRequest& request)
{
    const auto body = parse_json(request.body.toStdString());
    const bool known = body && find_string(*body, "client_id") == k_client.toStdString() &&
                       find_string(*body, "client_secret") == k_secret.toStdString();
    if (!known)
        return error(403, "You are not authorized to revoke this token");
    ++revoked;
    return {.body = "{}"};
}

HttpReply MastodonServer::instance(const HttpRequest& request) const
{
    const auto streams = "ws://127.0.0.1:" + std::to_string(url().port());
    const json::object configuration{{"urls", json::object{{"streaming", streams}}},
                                     {"statuses", json::object{{"max_characters", 500}}}};
    if (request.path == QLatin1String("/api/v1/instance"))
        return {.body = to_json_bytes(json::object{{"uri", "mastodon.example"},
                                                   {"title", "An old one"},
                                                   {"version", "3.5.3"},
                                                   {"urls", json::object{{"streaming_api", streams}}},
                                                   {"configuration", configuration}})};
    if (!has_version_2)
        return error(404, "Record not found");
    return {.body = to_json_bytes(json::object{{"domain", "mastodon.example"},
                                               {"title", "Mastodon"},
                                               {"version", "4.6.0"},
                                               {"configuration", configuration},
                                               {"api_versions", json::object{{"mastodon", 10}}}})};
}

} // namespace kith::test
