// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/api_fixture.h"

#include "tests/support/html_form.h"
#include "tests/support/postgres_cluster.h"

#include <atomic>
#include <stdexcept>

#include <cctype>

namespace kith::tests {

namespace {

const KithdProcess& shared_server(Engine engine)
{
    // The cluster is made first, so that it ends after the servers that use it.
    [[maybe_unused]] static const bool have_postgres = PostgresCluster::available() && (PostgresCluster::instance(), true);
    static std::map<Engine, std::unique_ptr<KithdProcess>> servers;
    auto& server = servers[engine];
    if (!server) {
        server = std::make_unique<KithdProcess>(options_on(engine));
    }
    return *server;
}

std::string percent_encode(const std::string& value)
{
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : value) {
        if (std::isalnum(c) != 0)
            out += static_cast<char>(c);
        else
            out += {'%', digits[c >> 4], digits[c & 15]};
    }
    return out;
}

} // namespace

std::string encode_form(const Pairs& pairs)
{
    std::string body;
    for (const auto& [name, value] : pairs)
        body += (body.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    return body;
}

HttpAnswer post_form(const HttpClient& client, const std::string& path, const Pairs& pairs)
{
    return client.send("POST", path, {{"Content-Type", "application/x-www-form-urlencoded"}},
                       encode_form(pairs));
}

std::string text(const json::value& value, const char* name)
{
    const auto found = find_string(value, name);
    if (!found)
        throw std::runtime_error(std::string{"no "} + name + " in " + to_text(value));
    return *found;
}

void ApiTest::SetUp()
{
    if (const auto why_not = why_not_on(GetParam()); !why_not.empty())
        GTEST_SKIP() << why_not;
}

const KithdProcess& ApiTest::server() const
{
    return shared_server(GetParam());
}

HttpClient ApiTest::person(const std::string& name) const
{
    static std::atomic<int> number{0};
    return server().sign_up(name + std::to_string(++number));
}

std::string ApiTest::id_of(const HttpClient& person)
{
    return text(person.get("/api/v1/accounts/verify_credentials").json(), "id");
}

std::string ApiTest::name_of(const HttpClient& person)
{
    return text(person.get("/api/v1/accounts/verify_credentials").json(), "username");
}

json::value ApiTest::post(const HttpClient& author, const std::string& status,
                          const std::string& visibility, const std::string& in_reply_to)
{
    json::object body;
    body["status"] = status;
    body["visibility"] = visibility;
    if (!in_reply_to.empty())
        body["in_reply_to_id"] = in_reply_to;
    const auto answer = author.post("/api/v1/statuses", body);
    if (answer.status != 200)
        throw std::runtime_error("not posted: " + answer.body);
    return answer.json();
}

std::string ApiTest::counted() const
{
    const auto instance = nobody().get("/api/v1/instance").json();
    return to_text(instance.at("stats"));
}

ApiTest::Application ApiTest::application(const std::string& scopes) const
{
    json::object wanted;
    wanted["client_name"] = "A test's program";
    wanted["redirect_uris"] = "urn:ietf:wg:oauth:2.0:oob\nhttps://app.example/back";
    wanted["scopes"] = scopes;
    const auto made = nobody().post("/api/v1/apps", wanted).json();
    return {text(made, "client_id"), text(made, "client_secret")};
}

HttpAnswer ApiTest::open(Browser& browser, const std::string& path) const
{
    HttpClient::Headers headers;
    if (!browser.cookie.empty())
        headers.emplace_back("Cookie", browser.cookie);
    auto answer = nobody().send("GET", path, headers, {});
    if (const auto cookie = answer.header("Set-Cookie"); !cookie.empty())
        browser.cookie = cookie.substr(0, cookie.find(';'));
    return answer;
}

HttpAnswer ApiTest::press(Browser& browser, const HttpAnswer& page, const std::string& decision,
                          const Pairs& filled) const
{
    auto form = first_form(page.body);
    for (const auto& [name, value] : filled)
        form.set(name, value);
    form.set("decision", decision);
    HttpClient::Headers headers{{"Content-Type", "application/x-www-form-urlencoded"}};
    if (!browser.cookie.empty())
        headers.emplace_back("Cookie", browser.cookie);
    auto answer = nobody().send("POST", form.action, headers, encode_form(form.fields));
    if (const auto cookie = answer.header("Set-Cookie"); !cookie.empty())
        browser.cookie = cookie.substr(0, cookie.find(';'));
    return answer;
}

HttpAnswer ApiTest::sign_in_by_form(const std::string& query, const std::string& username,
                                    const std::string& password) const
{
    Browser browser;
    const auto page = open(browser, "/oauth/authorize?" + query);
    if (page.status != 200)
        return page;
    const auto signed_in = press(browser, page, "sign_in", {{"username", username}, {"password", password}});
    if (signed_in.status != 303)
        return signed_in;
    const auto consent = open(browser, signed_in.header("Location"));
    return consent.status == 200 ? press(browser, consent, "allow") : consent;
}

HttpClient ApiTest::narrowed(const HttpClient& person, const std::string& scopes) const
{
    const auto program = application(scopes);
    const auto page = sign_in_by_form(encode_form({{"response_type", "code"},
                                                   {"client_id", program.id},
                                                   {"redirect_uri", "urn:ietf:wg:oauth:2.0:oob"},
                                                   {"scope", scopes}}),
                                      name_of(person), KithdProcess::k_password);
    const auto code = text_of_element(page.body, "code");
    if (code.empty())
        throw std::runtime_error("there is no code in: " + page.body);
    const auto token = post_form(nobody(), "/oauth/token",
                                 {{"grant_type", "authorization_code"},
                                  {"client_id", program.id},
                                  {"client_secret", program.secret},
                                  {"code", code},
                                  {"redirect_uri", "urn:ietf:wg:oauth:2.0:oob"}});
    return nobody().with_token(text(token.json(), "access_token"));
}

} // namespace kith::tests
