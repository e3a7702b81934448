// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QByteArray>
#include <QDeadlineTimer>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <QUrl>
#include <QUrlQuery>

#include <chrono>
#include <functional>
#include <optional>

class QNetworkAccessManager;
class QNetworkReply;

namespace kith::net {

/// Limits of one exchange with the home server.
struct ExchangeLimits {
    std::chrono::milliseconds timeout{15'000}; ///< without any byte moving
    qint64 max_bytes = 8 << 20;                ///< of an answer's body
};

struct HttpCall {
    QByteArray verb = "GET";
    QString path; ///< from the root: "/api/v1/statuses"
    QUrlQuery query{};
    QByteArray json{}; ///< the body; empty for none
    QUrlQuery form{};  ///< the body as a form instead
    QByteArray idempotency_key{};
    std::optional<QByteArray> token{}; ///< in place of the one in use
};

/// Requests to one server, with one token: bounded in time and size, no cookies, no redirect to another origin.
/// GUI thread only.
class HttpExchange : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Result<QByteArray>)>;

    explicit HttpExchange(ExchangeLimits limits = {}, QObject* parent = nullptr);
    ~HttpExchange() override;

    void set_server(const QUrl& server) { m_server = server; }
    void set_token(const QByteArray& token) { m_token = token; }
    /// Nothing is sent from now on; every call answers `unavailable` with an empty sentence. For the demonstration.
    void switch_off() { m_off = true; }
    QUrl server() const { return m_server; }
    QByteArray token() const { return m_token; }

    /// How long the server still wants to be left alone: its last Retry-After with a 429 or 503, an hour at most. What
    /// runs by itself keeps to it; what a person asks for is tried.
    std::chrono::milliseconds asked_to_wait() const;

    /// Hands the body of a 2xx answer to `done`, or an error whose message is the server's own sentence where it sent
    /// one. `unavailable` means that nobody can know whether the server did it: safe to try again only for reading or
    /// with an idempotency key. `done` is not called when `context` is gone.
    void send(const HttpCall& call, QObject* context, Done done);

signals:
    /// After each exchange: whether the server answered at all, with any status.
    void reached(bool answered, const QString& sentence);
    /// The server does not take this token (401); it is the one in use.
    void token_refused();

private:
    Result<QByteArray> finish(QNetworkReply& reply, const QByteArray& body, bool too_large);
    void heed(const QNetworkReply& reply, int status);

    QNetworkAccessManager* m_manager;
    ExchangeLimits m_limits;
    QUrl m_server;
    QByteArray m_token;
    QDeadlineTimer m_leave_alone{0};
    bool m_off = false;
};

/// What Retry-After says: seconds, or an HTTP date counted from the answer's own Date, so that a wrong clock here does
/// no harm. 0 when it says nothing, an hour at most.
std::chrono::milliseconds retry_after_of(const QByteArray& retry_after, const QByteArray& date);

/// The code that an HTTP status means to us.
Errc errc_of_status(int status);

} // namespace kith::net
