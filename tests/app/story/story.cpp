// SPDX-License-Identifier: Apache-2.0
#include "tests/app/story/story.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

#include <future>
#include <stdexcept>

namespace kith::tests {

namespace {

json::value expect_ok(const HttpAnswer& answer)
{
    if (answer.status != 200)
        throw std::runtime_error("The server answered " + std::to_string(answer.status) + ": " + answer.body);
    return answer.json();
}

} // namespace

void sign_up(AppWindow& app, const std::string& server, const std::string& name)
{
    app.type("signInServer", server);
    app.type("signInName", name);
    app.type("signInPassword", KithdProcess::k_password);
    app.click("signUpButton");
    if (!app.shows("homeList"))
        throw std::runtime_error("Not signed up: " + app.controller().signInError().toStdString());
}

void write_post(AppWindow& app, const std::string& text, const std::string& warning)
{
    app.click("composeButton");
    app.type("composeText", text);
    if (!warning.empty()) {
        app.click("composeWarning");
        app.type("composeWarningText", warning);
    }
    app.click("composeSend");
    // While the sheet leaves, it still takes what is pressed on the page below it.
    if (!app.hides("composeSend"))
        throw std::runtime_error("The sheet does not close.");
}

void unlock(AppWindow& app)
{
    app.type("passphraseField", k_passphrase.toStdString());
    app.click("passphraseButton");
    if (!app.shows("homeList"))
        throw std::runtime_error("Not unlocked: " + app.controller().signInError().toStdString());
}

void stop(KithdProcess& server)
{
    auto stopped = std::async(std::launch::async, [&server] { server.stop(); });
    constexpr int k_within_ms = 2 * k_patience_ms; // more than the server's own patience
    const auto ended = [&] { return stopped.wait_for(seconds{0}) == std::future_status::ready; };
    if (!QTest::qWaitFor(ended, k_within_ms))
        throw std::runtime_error("The server does not stop.");
    stopped.get();
}

HttpClient sign_in(const KithdProcess& server, const std::string& name)
{
    const auto client = server.client();
    const auto answer = client.post("/api/kith/v1/session", {{"username", name}, {"password", KithdProcess::k_password}});
    return client.with_token(std::string(expect_ok(answer).at("access_token").as_string()));
}

std::string own_id(const HttpClient& client)
{
    return std::string(expect_ok(client.get("/api/v1/accounts/verify_credentials")).at("id").as_string());
}

std::vector<json::value> own_posts(const HttpClient& client, const std::string& text)
{
    std::vector<json::value> found;
    const auto posts = expect_ok(client.get("/api/v1/accounts/" + own_id(client) + "/statuses?limit=40"));
    for (const auto& post : posts.as_array())
        if (std::string_view(post.at("content").as_string()).find(text) != std::string_view::npos)
            found.push_back(post);
    return found;
}

std::string file_with(const QString& folder, const std::string& text)
{
    QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            throw std::runtime_error("Cannot be read: " + file.fileName().toStdString());
        if (file.readAll().contains(QByteArray::fromStdString(text)))
            return file.fileName().toStdString();
    }
    return {};
}

} // namespace kith::tests
