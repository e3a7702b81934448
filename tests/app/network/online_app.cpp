// SPDX-License-Identifier: Apache-2.0
#include "tests/app/network/online_app.h"

#include "app/store/timeline_table.h"

#include <optional>
#include <stdexcept>

namespace kith::tests {

void OnlineApp::SetUp()
{
    ASSERT_TRUE(app->take_profile(folder.path()));
    app->open(QStringLiteral("four quiet grey herons"));
    ASSERT_TRUE(soon([&] { return app->state() == QLatin1String("signedOut"); }));
    app->signUp(wire->address(), QStringLiteral("mira"), QString::fromLatin1(KithdProcess::k_password));
    ASSERT_TRUE(soon([&] { return app->state() == QLatin1String("ready") && all_is_well(); })) << app->signInError().toStdString();
}

void OnlineApp::TearDown()
{
    app.reset();
}

void OnlineApp::write(const QString& text)
{
    app->compose()->startNew();
    app->compose()->setText(text);
    app->compose()->send();
}

int OnlineApp::shown(const QString& text) const
{
    const auto* home = app->home();
    const auto role = home->roleNames().key("plainText");
    int count = 0;
    for (int row = 0; row < home->rowCount(); ++row)
        count += home->data(home->index(row, 0), role).toString().contains(text) ? 1 : 0;
    return count;
}

std::string OnlineApp::shown_rows() const
{
    const auto* home = app->home();
    const auto value = [&](int row, const char* role) {
        return home->data(home->index(row, 0), home->roleNames().key(role)).toString().toStdString();
    };
    std::string rows = app->connectionSentence().toStdString();
    for (int row = 0; row < home->rowCount(); ++row)
        rows += "\n  " + value(row, "statusId") + " [" + value(row, "sendState") + "] " + value(row, "sendError") + " " +
                value(row, "plainText");
    return rows;
}

QStringList OnlineApp::kept_posts() const
{
    QObject here;
    std::optional<QStringList> texts;
    const auto read = [](sqlite::Connection& connection) {
        QStringList found;
        for (const auto& status : store::read_entries(connection, store::k_home, "", 500))
            found.append(QString::fromStdString(status.content).remove(QStringLiteral("<p>")).remove(QStringLiteral("</p>")));
        return found;
    };
    app->services()->store.read(&here, read, [&](Result<QStringList> result) { texts = result ? *result : QStringList{}; });
    soon([&] { return texts.has_value(); });
    return texts.value_or(QStringList{});
}

bool OnlineApp::outbox_is_empty() const
{
    const auto* home = app->home();
    const auto role = home->roleNames().key("sendState");
    for (int row = 0; row < home->rowCount(); ++row)
        if (home->data(home->index(row, 0), role).toString() != QLatin1String("sent"))
            return false;
    return true;
}

bool OnlineApp::all_is_well() const
{
    return app->services() && app->services()->stream.is_open() && app->online() && app->connectionSentence().isEmpty();
}

HttpClient OnlineApp::mira() const
{
    return server.client().with_token(app->services()->api.exchange().token().toStdString());
}

int OnlineApp::stored(const std::string& text) const
{
    const auto answer = mira().get("/api/v1/timelines/home?limit=40");
    if (answer.status != 200)
        throw std::runtime_error(answer.body);
    const auto posts = answer.json();
    int count = 0;
    for (const auto& post : posts.as_array())
        count += std::string_view(post.at("content").as_string()).find(text) != std::string_view::npos ? 1 : 0;
    return count;
}

void OnlineApp::post_elsewhere(const std::string& text) const
{
    const auto answer = mira().post("/api/v1/statuses", {{"status", text}});
    if (answer.status != 200)
        throw std::runtime_error(answer.body);
}

} // namespace kith::tests
