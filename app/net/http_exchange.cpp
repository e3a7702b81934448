// SPDX-License-Identifier: Apache-2.0
#include "app/net/http_exchange.h"

#include "app/base/deliver.h"
#include "app/base/strings.h"
#include "app/net/server_address.h"
#include "common/api/error.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkCookie>
#include <QNetworkCookieJar>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>
#include <memory>

namespace kith::net {

using app::to_q;

namespace {

/// Keeps no cookie: who we are is the token's matter alone.
class NoCookies final : public QNetworkCookieJar {
public:
    using QNetworkCookieJar::QNetworkCookieJar;
    QList<QNetworkCookie> cookiesForUrl(const QUrl&) const override { return {}; }
    bool setCookiesFromUrl(const QList<QNetworkCookie>&, const QUrl&) override { return false; }
};

QString sentence_of(QNetworkReply::NetworkError error, const QString& host)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("Net", text); };
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return tr("There is no server called %1, or you are offline.").arg(host);
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError: return tr("%1 did not answer in time.").arg(host);
    case QNetworkReply::SslHandshakeFailedError:
        return tr("The connection to %1 is not safe: its certificate is not trusted.").arg(host);
    case QNetworkReply::ConnectionRefusedError:
        return tr("%1 does not take connections right now.").arg(host);
    case QNetworkReply::InsecureRedirectError:
    case QNetworkReply::TooManyRedirectsError:
        return tr("%1 sent us somewhere else, where we do not follow.").arg(host);
    default: return tr("%1 cannot be reached right now.").arg(host);
    }
}

/// The sentence of an error answer, at most 300 characters of plain text.
QString server_sentence(const QByteArray& body)
{
    constexpr int k_max_characters = 300;
    const auto document = parse_json({body.constData(), static_cast<std::size_t>(body.size())},
                                     {.max_bytes = 64 << 10, .max_depth = 16});
    if (!document)
        return {};
    const auto error = api::from_json<api::ErrorBody>(*document);
    if (!error)
        return {};
    return to_q(error->error_description.value_or(error->error)).simplified().left(k_max_characters);
}

} // namespace

Errc errc_of_status(int status)
{
    switch (status) {
    case 400: return Errc::malformed;
    case 401: return Errc::unauthorized;
    case 403: return Errc::forbidden;
    case 404: return Errc::not_found;
    case 409: return Errc::conflict;
    case 410: return Errc::gone;
    case 413: return Errc::too_large;
    case 422: return Errc::invalid;
    case 429: return Errc::rate_limited;
    default: return status >= 500 ? Errc::unavailable : Errc::invalid;
    }
}

std::chrono::milliseconds retry_after_of(const QByteArray& retry_after, const QByteArray& date)
{
    constexpr qint64 k_most_seconds = 3600;
    bool is_number = false;
    auto wait = retry_after.trimmed().toLongLong(&is_number);
    if (!is_number) {
        // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7, IMF-fixdate; both are GMT.
        const auto read = [](const QByteArray& text) {
            return QLocale::c().toDateTime(QString::fromLatin1(text.trimmed()), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
        };
        const auto until = read(retry_after), now = read(date);
        wait = until.isValid() && now.isValid() ? now.secsTo(until) : 0;
    }
    return std::chrono::seconds{std::clamp<qint64>(wait, 0, k_most_seconds)};
}

HttpExchange::HttpExchange(ExchangeLimits limits, QObject* parent)
    : QObject(parent), m_manager(new QNetworkAccessManager(this)), m_limits(limits)
{
    m_manager->setCookieJar(new NoCookies);
    m_manager->setTransferTimeout(static_cast<int>(limits.timeout.count()));
    // Same origin, so that the token never goes to somebody else.
    m_manager->setRedirectPolicy(QNetworkRequest::SameOriginRedirectPolicy);
}

HttpExchange::~HttpExchange() = default;

std::chrono::milliseconds HttpExchange::asked_to_wait() const
{
    return std::chrono::milliseconds{m_leave_alone.remainingTime()};
}

void HttpExchange::send(const HttpCall& call, QObject* context, Done done)
{
    if (m_off)
        return app::deliver(context, [done = std::move(done)] { done(fail(Errc::unavailable, {})); });
    auto url = m_server;
    url.setPath(call.path, QUrl::TolerantMode); // ids in it are encoded already
    url.setQuery(call.query);

    QNetworkRequest request(url);
    request.setMaximumRedirectsAllowed(3);
    request.setRawHeader("Accept", "application/json");
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Kith"));
    if (!call.json.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    if (const auto token = call.token.value_or(m_token); !token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    if (!call.idempotency_key.isEmpty())
        request.setRawHeader("Idempotency-Key", call.idempotency_key);

    if (!call.form.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
    const auto body = call.form.isEmpty() ? call.json : call.form.toString(QUrl::FullyEncoded).toUtf8();
    auto* reply = m_manager->sendCustomRequest(request, call.verb, body);
    struct State {
        QByteArray body;
        bool too_large = false;
    };
    const auto state = std::make_shared<State>();
    const auto take = [this, reply, state] {
        state->body += reply->readAll();
        if (state->body.size() > m_limits.max_bytes && !state->too_large) {
            state->too_large = true;
            state->body.clear();
            reply->abort();
        }
    };
    connect(reply, &QNetworkReply::readyRead, this, take);
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, state, context = QPointer<QObject>(context), done = std::move(done)] {
                reply->deleteLater();
                if (!state->too_large && reply->isOpen())
                    state->body += reply->readAll();
                auto answer = finish(*reply, state->body, state->too_large);
                if (context)
                    done(std::move(answer));
            });
}

Result<QByteArray> HttpExchange::finish(QNetworkReply& reply, const QByteArray& body, bool too_large)
{
    const auto host = shown_host(m_server);
    const auto status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (too_large || body.size() > m_limits.max_bytes) {
        emit reached(true, {});
        return fail(Errc::too_large, "The server sent more than we take.", "answer over the limit");
    }
    // The peer may go away after the status line: such an answer is none.
    const auto error = reply.error();
    const bool complete =
        error == QNetworkReply::NoError ||
        (error >= QNetworkReply::ContentAccessDenied && error != QNetworkReply::ProtocolFailure);
    if (status == 0 || !complete) {
        const auto sentence = sentence_of(reply.error(), host);
        emit reached(false, sentence);
        return fail(Errc::unavailable, app::to_std(sentence), app::to_std(reply.errorString()));
    }
    // What stands in front of a server that is away.
    const bool away = status == 502 || status == 504;
    emit reached(!away, away ? sentence_of(QNetworkReply::UnknownServerError, host) : QString{});
    if (status >= 200 && status < 300)
        return body;

    heed(reply, status);
    auto sentence = server_sentence(body);
    if (sentence.isEmpty())
        sentence = QCoreApplication::translate("Net", "%1 could not do that (%2).").arg(host).arg(status);
    return fail(errc_of_status(status), app::to_std(sentence), "HTTP " + std::to_string(status));
}

void HttpExchange::heed(const QNetworkReply& reply, int status)
{
    if (status == 429 || status == 503)
        m_leave_alone.setRemainingTime(retry_after_of(reply.rawHeader("Retry-After"), reply.rawHeader("Date")));
    // An answer to an earlier token says nothing about this one.
    if (status == 401 && !m_token.isEmpty() && reply.request().rawHeader("Authorization") == "Bearer " + m_token)
        emit token_refused();
}

} // namespace kith::net
