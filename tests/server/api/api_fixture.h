// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/http_client.h"
#include "tests/support/servers.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kith::tests {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A form as a browser sends it.
std::string encode_form(const Pairs& pairs);
HttpAnswer post_form(const HttpClient& client, const std::string& path, const Pairs& pairs);
/// "name" of a JSON object, which must be a text.
std::string text(const json::value& value, const char* name);

/// Each test against a running kithd, which all tests of the program share: one on SQLite, one on PostgreSQL, and one that
/// is several processes. So tests use people of their own.
class ApiTest : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override;

    const KithdProcess& server() const;
    HttpClient nobody() const { return server().client(); }
    /// A new account whose name begins with `name`.
    HttpClient person(const std::string& name) const;
    static std::string id_of(const HttpClient& person);
    static std::string name_of(const HttpClient& person);
    static json::value post(const HttpClient& author, const std::string& status,
                            const std::string& visibility = "public", const std::string& in_reply_to = {});
    /// Whether it is so: at once where there is one process; several tell each other, and have five seconds for it.
    static bool becomes_true(const std::function<bool()>& condition)
    {
        return is_cluster(GetParam()) ? eventually(condition, std::chrono::seconds{5}) : condition();
    }
    /// People and posts that the server counts, and what the database holds of tokens and programs shows in none.
    std::string counted() const;

    /// A program with these scopes, that takes codes out of band and at https://app.example/back.
    struct Application {
        std::string id;
        std::string secret;
    };
    Application application(const std::string& scopes = "read write follow") const;
    /// A browser: what it was told to remember.
    struct Browser {
        std::string cookie;
    };
    /// Opens an address of the server in it; follows no redirect.
    HttpAnswer open(Browser& browser, const std::string& path) const;
    /// Presses a button of the first form on a page, with these fields filled in.
    HttpAnswer press(Browser& browser, const HttpAnswer& page, const std::string& decision,
                     const Pairs& filled = {}) const;
    /// As a person does: opens the page, fills in the form, and allows what is asked. `query` is what the program put into
    /// the address. The answer to the last step that was possible.
    HttpAnswer sign_in_by_form(const std::string& query, const std::string& username,
                               const std::string& password) const;
    /// A token of the person with only these scopes.
    HttpClient narrowed(const HttpClient& person, const std::string& scopes) const;
};

} // namespace kith::tests

#define KITH_ALL_SERVERS(fixture) \
    INSTANTIATE_TEST_SUITE_P(On, fixture, KITH_SERVERS_AND_REDIS, ::kith::tests::engine_name)
