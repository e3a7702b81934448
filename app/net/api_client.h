// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/http_exchange.h"
#include "common/api/application.h"
#include "common/api/instance.h"
#include "common/api/notification.h"
#include "common/api/relationship.h"
#include "common/api/search.h"
#include "common/api/status.h"
#include "common/api/token.h"

#include <QStringList>

#include <functional>
#include <memory>
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

/// What turns an authorization code into a token (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
struct CodeGrant {
    QString code{};
    QString client_id{};
    QString client_secret{};
    QString redirect_uri{};
    QString verifier{};
};

/// Mastodon's nearest of four (public, unlisted, private, direct) to an audience of Kith's. Never wider.
QString visibility_of(const QString& audience);
/// The same for a server that knows nothing of the exact one: "friends" must not become all followers.
QString nearest_visibility(const QString& audience);

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
    std::chrono::milliseconds asked_to_wait() const { return m_exchange.asked_to_wait(); }
    void set_server(const QUrl& server) { m_exchange.set_server(server); }
    void set_token(const QByteArray& token) { m_exchange.set_token(token); }
    /// What was asked for until now is not answered any more: somebody else may be here when it comes.
    void drop_answers();
    /// Whether the server has Kith's own routes and members; true until this is called.
    void set_kith(bool kith) { m_kith = kith; }

    /// `api_versions.kith` is 0 where the server has none of Kith's own routes.
    void instance(QObject* context, Answer<api::Instance> done);
    /// The same of a server that has only version 1 of it.
    void instance_v1(QObject* context, Answer<api::InstanceV1> done);
    void register_application(const QUrl& redirect, const QString& scopes, QObject* context,
                              Answer<api::Application> done);
    void exchange_code(const CodeGrant& grant, QObject* context, Answer<api::Token> done);
    void sign_in(const QString& name, const QString& password, QObject* context, Answer<api::Token> done);
    void sign_up(const QString& name, const QString& password, QObject* context, Answer<api::Token> done);
    /// `client_id` and `client_secret` as BrowserSignIn got them; both empty for a token of sign_in() or sign_up().
    void revoke(const QString& client_id, const QString& client_secret, QObject* context, Answer<bool> done);
    void verify_credentials(QObject* context, Answer<api::Account> done);
    /// Whose token this is, which is not the one in use.
    void verify_token(const QByteArray& token, QObject* context, Answer<api::Account> done);

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
    /// Reads what was received, on another thread, and returns what then tells it on the GUI thread. It is all that is
    /// compiled for each type of answer.
    using Reading = std::function<std::function<void()>(const Result<QByteArray>&)>;
    void send(const HttpCall& call, QObject* context, Reading read);
    template <class T>
    void ask(const HttpCall& call, QObject* context, Result<T> (*understand)(const json::value&), Answer<T> done);
    template <class T>
    void call(const HttpCall& call, QObject* context, Answer<T> done);
    template <class T>
    void call_list(const HttpCall& call, QObject* context, Answer<std::vector<T>> done);
    void call_nothing(const HttpCall& call, QObject* context, Answer<bool> done);

    HttpExchange m_exchange;
    bool m_kith = true;
    std::shared_ptr<void> m_asking; ///< goes with drop_answers()
    QThreadPool m_parsers;
};

} // namespace kith::net
