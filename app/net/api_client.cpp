// SPDX-License-Identifier: Apache-2.0
#include "app/net/api_client.h"

#include "app/base/deliver.h"
#include "app/base/strings.h"

#include <QSysInfo>

namespace kith::net {

namespace {

using app::to_std;

Result<json::value> parse_body(const QByteArray& body)
{
    const JsonLimits limits{.max_bytes = 8 << 20, .max_depth = 32};
    return parse_json({body.constData(), static_cast<std::size_t>(body.size())}, limits);
}

/// The server has done it, but what it says of it cannot be read, perhaps because the end is missing: that is as good as
/// no answer.
Error not_understood(const Error& why)
{
    return fail(Errc::unavailable, "The server sent something we do not understand.", why.cause);
}

Result<api::Instance> understand_instance(const json::value& document)
{
    TRY(auto instance, api::from_json<api::Instance>(document));
    const auto* versions = document.is_object() ? document.as_object().if_contains("api_versions") : nullptr;
    if (!versions || !versions->is_object() || !versions->as_object().contains("kith"))
        instance.api_versions.kith = 0;
    return instance;
}

QByteArray to_bytes(const json::object& object)
{
    const auto text = to_text(object);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

json::value text_value(const QString& text)
{
    return json::value(to_std(text));
}

QUrlQuery query_of(const Page& page)
{
    QUrlQuery query;
    if (!page.max_id.isEmpty())
        query.addQueryItem(QStringLiteral("max_id"), page.max_id);
    if (!page.since_id.isEmpty())
        query.addQueryItem(QStringLiteral("since_id"), page.since_id);
    if (!page.min_id.isEmpty())
        query.addQueryItem(QStringLiteral("min_id"), page.min_id);
    query.addQueryItem(QStringLiteral("limit"), QString::number(page.limit));
    return query;
}

/// Ids come from servers, so they are encoded before they become a part of a path.
QString path(const char* before, const QString& id, const char* after = "")
{
    return QLatin1String(before) + QString::fromLatin1(QUrl::toPercentEncoding(id)) + QLatin1String(after);
}

QString encoded(const QString& text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

} // namespace

QString visibility_of(const QString& audience)
{
    if (audience == QLatin1String("public") || audience == QLatin1String("unlisted"))
        return audience;
    if (audience == QLatin1String("followers") || audience == QLatin1String("friends"))
        return QStringLiteral("private");
    return QStringLiteral("direct");
}

QString nearest_visibility(const QString& audience)
{
    return audience == QLatin1String("friends") ? QStringLiteral("direct") : visibility_of(audience);
}

ApiClient::ApiClient(ExchangeLimits limits, QObject* parent) : QObject(parent), m_exchange(limits)
{
    m_parsers.setMaxThreadCount(2);
    drop_answers();
}

ApiClient::~ApiClient()
{
    m_parsers.waitForDone();
}

void ApiClient::drop_answers()
{
    m_asking = std::make_shared<char>();
}

void ApiClient::send(const HttpCall& call, QObject* context, Reading read)
{
    const auto received = [this, context = QPointer<QObject>(context), asked = std::weak_ptr<void>(m_asking),
                           read = std::move(read)](Result<QByteArray> body) {
        const std::function<void(std::function<void()>)> tell = [asked](const std::function<void()>& tell_answer) {
            if (!asked.expired())
                tell_answer();
        };
        if (!body)
            return tell(read(std::move(body).error()));
        const std::function<std::function<void()>()> work = [bytes = std::move(*body), read] { return read(bytes); };
        app::run_in_background<std::function<void()>>(m_parsers, context, work, tell);
    };
    m_exchange.send(call, context, received);
}

template <class T>
void ApiClient::ask(const HttpCall& call, QObject* context, Result<T> (*understand)(const json::value&), Answer<T> done)
{
    send(call, context, [understand, done = std::move(done)](const Result<QByteArray>& body) -> std::function<void()> {
        const auto read = [&]() -> Result<T> {
            if (!body)
                return body.error();
            const auto document = parse_body(*body);
            if (!document)
                return not_understood(document.error());
            auto answer = understand(*document);
            if (!answer)
                return not_understood(answer.error());
            return answer;
        };
        return [done, answer = std::make_shared<Result<T>>(read())] { done(std::move(*answer)); };
    });
}

template <class T>
void ApiClient::call(const HttpCall& call, QObject* context, Answer<T> done)
{
    ask<T>(call, context, &api::from_json<T>, std::move(done));
}

template <class T>
void ApiClient::call_list(const HttpCall& call, QObject* context, Answer<std::vector<T>> done)
{
    ask<std::vector<T>>(call, context, &api::list_from_json<T>, std::move(done));
}

void ApiClient::call_nothing(const HttpCall& call, QObject* context, Answer<bool> done)
{
    const auto received = [asked = std::weak_ptr<void>(m_asking), done = std::move(done)](const Result<QByteArray>& body) {
        if (asked.expired())
            return;
        if (!body)
            return done(body.error());
        done(true);
    };
    m_exchange.send(call, context, received);
}

void ApiClient::instance(QObject* context, Answer<api::Instance> done)
{
    ask<api::Instance>({.path = QStringLiteral("/api/v2/instance")}, context, &understand_instance, std::move(done));
}

void ApiClient::instance_v1(QObject* context, Answer<api::InstanceV1> done)
{
    call<api::InstanceV1>({.path = QStringLiteral("/api/v1/instance")}, context, std::move(done));
}

void ApiClient::register_application(const QUrl& redirect, const QString& scopes, QObject* context,
                                     Answer<api::Application> done)
{
    const json::object body{{"client_name", "Kith"},
                            {"redirect_uris", text_value(redirect.toString())},
                            {"scopes", text_value(scopes)}};
    call<api::Application>({.verb = "POST", .path = QStringLiteral("/api/v1/apps"), .json = to_bytes(body)},
                           context, std::move(done));
}

void ApiClient::exchange_code(const CodeGrant& grant, QObject* context, Answer<api::Token> done)
{
    // RFC 6749 wants a form; a plus sign would be read as a space.
    const auto add = [](QUrlQuery& form, const char* name, const QString& value) {
        form.addQueryItem(QLatin1String(name), encoded(value));
    };
    HttpCall token{.verb = "POST", .path = QStringLiteral("/oauth/token")};
    add(token.form, "grant_type", QStringLiteral("authorization_code"));
    add(token.form, "code", grant.code);
    add(token.form, "client_id", grant.client_id);
    add(token.form, "client_secret", grant.client_secret);
    add(token.form, "redirect_uri", grant.redirect_uri);
    add(token.form, "code_verifier", grant.verifier);
    call<api::Token>(token, context, std::move(done));
}

void ApiClient::sign_in(const QString& name, const QString& password, QObject* context, Answer<api::Token> done)
{
    const json::object body{
        {"username", text_value(name)},
        {"password", text_value(password)},
        {"client_name", text_value(QLatin1String("Kith on ") + QSysInfo::prettyProductName())}};
    call<api::Token>({.verb = "POST", .path = QStringLiteral("/api/kith/v1/session"), .json = to_bytes(body)},
                     context, std::move(done));
}

void ApiClient::sign_up(const QString& name, const QString& password, QObject* context, Answer<api::Token> done)
{
    const json::object body{
        {"username", text_value(name)}, {"password", text_value(password)}, {"agreement", true}};
    call<api::Token>({.verb = "POST", .path = QStringLiteral("/api/kith/v1/accounts"), .json = to_bytes(body)},
                     context, std::move(done));
}

void ApiClient::revoke(const QString& client_id, const QString& client_secret, QObject* context, Answer<bool> done)
{
    json::object body{{"token", m_exchange.token().toStdString()}};
    if (!client_id.isEmpty()) {
        body["client_id"] = text_value(client_id);
        body["client_secret"] = text_value(client_secret);
    }
    call_nothing({.verb = "POST", .path = QStringLiteral("/oauth/revoke"), .json = to_bytes(body)},
                 context, std::move(done));
}

void ApiClient::verify_credentials(QObject* context, Answer<api::Account> done)
{
    call<api::Account>({.path = QStringLiteral("/api/v1/accounts/verify_credentials")}, context,
                       std::move(done));
}

void ApiClient::verify_token(const QByteArray& token, QObject* context, Answer<api::Account> done)
{
    call<api::Account>({.path = QStringLiteral("/api/v1/accounts/verify_credentials"), .token = token}, context,
                       std::move(done));
}

void ApiClient::home(const Page& page, QObject* context, Answer<std::vector<api::Status>> done)
{
    call_list<api::Status>({.path = QStringLiteral("/api/v1/timelines/home"), .query = query_of(page)},
                           context, std::move(done));
}

void ApiClient::notifications(const Page& page, QObject* context, Answer<std::vector<api::Notification>> done)
{
    call_list<api::Notification>({.path = QStringLiteral("/api/v1/notifications"), .query = query_of(page)},
                                 context, std::move(done));
}

void ApiClient::create_status(const NewStatus& post, const QByteArray& idempotency_key,
                              QObject* context, Answer<api::Status> done)
{
    json::object body{{"status", text_value(post.text)},
                      {"visibility", text_value(m_kith ? visibility_of(post.audience) : nearest_visibility(post.audience))}};
    if (m_kith)
        body["kith_audience"] = text_value(post.audience);
    if (!post.spoiler_text.isEmpty()) {
        body["spoiler_text"] = text_value(post.spoiler_text);
        body["sensitive"] = true;
    }
    if (!post.in_reply_to_id.isEmpty())
        body["in_reply_to_id"] = text_value(post.in_reply_to_id);
    if (!post.language.isEmpty())
        body["language"] = text_value(post.language);
    call<api::Status>(
        {.verb = "POST", .path = QStringLiteral("/api/v1/statuses"), .json = to_bytes(body), .idempotency_key = idempotency_key},
        context, std::move(done));
}

void ApiClient::delete_status(const QString& id, QObject* context, Answer<bool> done)
{
    call_nothing({.verb = "DELETE", .path = path("/api/v1/statuses/", id)}, context, std::move(done));
}

void ApiClient::status(const QString& id, QObject* context, Answer<api::Status> done)
{
    call<api::Status>({.path = path("/api/v1/statuses/", id)}, context, std::move(done));
}

void ApiClient::context_of(const QString& id, QObject* context, Answer<api::Context> done)
{
    call<api::Context>({.path = path("/api/v1/statuses/", id, "/context")}, context, std::move(done));
}

void ApiClient::search_people(const QString& query, QObject* context, Answer<api::Search> done)
{
    QUrlQuery items;
    items.addQueryItem(QStringLiteral("q"), encoded(query));
    items.addQueryItem(QStringLiteral("resolve"), QStringLiteral("true"));
    items.addQueryItem(QStringLiteral("type"), QStringLiteral("accounts"));
    call<api::Search>({.path = QStringLiteral("/api/v2/search"), .query = items}, context, std::move(done));
}

void ApiClient::lookup(const QString& acct, QObject* context, Answer<api::Account> done)
{
    QUrlQuery items;
    items.addQueryItem(QStringLiteral("acct"), encoded(acct));
    call<api::Account>({.path = QStringLiteral("/api/v1/accounts/lookup"), .query = items}, context,
                       std::move(done));
}

void ApiClient::relationships(const QStringList& ids, QObject* context,
                              Answer<std::vector<api::Relationship>> done)
{
    QUrlQuery items;
    for (const auto& id : ids)
        items.addQueryItem(QStringLiteral("id[]"), encoded(id));
    call_list<api::Relationship>({.path = QStringLiteral("/api/v1/accounts/relationships"), .query = items},
                                 context, std::move(done));
}

void ApiClient::follow(const QString& account_id, QObject* context, Answer<api::Relationship> done)
{
    call<api::Relationship>({.verb = "POST", .path = path("/api/v1/accounts/", account_id, "/follow")},
                            context, std::move(done));
}

void ApiClient::unfollow(const QString& account_id, QObject* context, Answer<api::Relationship> done)
{
    call<api::Relationship>({.verb = "POST", .path = path("/api/v1/accounts/", account_id, "/unfollow")},
                            context, std::move(done));
}

} // namespace kith::net
