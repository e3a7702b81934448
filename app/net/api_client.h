// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/http_exchange.h"
#include "common/api/instance.h"
#include "common/api/notification.h"
#include "common/api/relationship.h"
#include "common/api/search.h"
#include "common/api/status.h"
#include "common/api/token.h"

#include <QStringList>

#include <functional>
#include <vector>

namespace kith::net {

/// Which part of a list: the newest `limit`, or those beyond the given ids (exclusive; empty = not given).
struct Page {
    QString max_id{};   ///< older than this
    QString since_id{}; ///< newer than this, the newest first
    QString min_id{};   ///< newer than this, the nearest first
    int limit = 40;
};

/// A post as it is sent.
struct NewStatus {
    QString text{};
    QString spoiler_text{};
    QString audience = QStringLiteral("public"); ///< the exact one; Mastodon's nearest of four is derived
    QString in_reply_to_id{};
    QString language{};
};

/// Mastodon's nearest of four (public, unlisted, private, direct) to an audience of Kith's. Never wider.
QString visibility_of(const QString& audience);

template <class T>
using Answer = std::function<void(Result<T>)>;

/// The client API of one home server, typed. Answers are parsed off the GUI thread and arrive on it, unless `context`
/// is gone by then. GUI thread only.
class ApiClient : public QObject {
    Q_OBJECT
public:
    explicit ApiClient(ExchangeLimits limits = {}, QObject* parent = nullptr);
    ~ApiClient() override;

    HttpExchange& exchange() { return m_exchange; }
    void set_server(const QUrl& server) { m_exchange.set_server(server); }
    void set_token(const QByteArray& token) { m_exchange.set_token(token); }

    void instance(QObject* context, Answer<api::Instance> done);
    void sign_in(const QString& name, const QString& password, QObject* context, Answer<api::Token> done);
    void sign_up(const QString& name, const QString& password, QObject* context, Answer<api::Token> done);
    void revoke(QObject* context, Answer<bool> done);
    void verify_credentials(QObject* context, Answer<api::Account> done);

    void home(const Page& page, QObject* context, Answer<std::vector<api::Status>> done);
    void notifications(const Page& page, QObject* context, Answer<std::vector<api::Notification>> done);

    /// Sent once however often it is called with the same key.
    void create_status(const NewStatus& post, const QByteArray& idempotency_key, QObject* context,
                       Answer<api::Status> done);
    void delete_status(const QString& id, QObject* context, Answer<bool> done);
    void status(const QString& id, QObject* context, Answer<api::Status> done);
    void context_of(const QString& id, QObject* context, Answer<api::Context> done);

    /// Asks the server to look elsewhere too, so a handle of another server is found.
    void search_people(const QString& query, QObject* context, Answer<api::Search> done);
    void lookup(const QString& acct, QObject* context, Answer<api::Account> done);
    void relationships(const QStringList& ids, QObject* context, Answer<std::vector<api::Relationship>> done);
    void follow(const QString& account_id, QObject* context, Answer<api::Relationship> done);
    void unfollow(const QString& account_id, QObject* context, Answer<api::Relationship> done);

private:
    template <class T>
    void call(const HttpCall& call, QObject* context, Answer<T> done);
    template <class T>
    void call_list(const HttpCall& call, QObject* context, Answer<std::vector<T>> done);
    void call_nothing(const HttpCall& call, QObject* context, Answer<bool> done);
    template <class T>
    void parse_later(const HttpCall& call, QObject* context,
                     std::function<Result<T>(const QByteArray&)> parse, Answer<T> done);

    HttpExchange m_exchange;
    QThreadPool m_parsers;
};

} // namespace kith::net
