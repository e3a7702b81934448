// SPDX-License-Identifier: Apache-2.0
// Who may call what: every route of the server stands in the table below, or this test fails. Those that Mastodon has are
// held against its documented scopes too.
#include "server/auth/scopes.h"
#include "tests/server/features/oauth_fixture.h"
#include "tests/support/vectors.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

namespace kith::tests {

namespace {

using Kind = http::Access::Kind;

struct Line {
    Kind kind;
    const char* scope; ///< several with a space between them: one is enough
};

/// "METHOD pattern". Open: no token is looked at. A new route gets a line here, with a thought about who may call it.
const std::map<std::string, Line> k_table{
    // signing in
    {"POST /api/v1/apps", {Kind::anyone, ""}},
    {"GET /api/v1/apps/verify_credentials", {Kind::app, ""}},
    {"GET /oauth/authorize", {Kind::anyone, ""}},
    {"GET /oauth/authorize/", {Kind::anyone, ""}},
    {"POST /oauth/authorize", {Kind::anyone, ""}},
    {"POST /oauth/token", {Kind::anyone, ""}},
    {"POST /oauth/revoke", {Kind::anyone, ""}},
    {"GET /oauth/userinfo", {Kind::user, "profile"}},
    {"POST /oauth/userinfo", {Kind::user, "profile"}},
    {"GET /.well-known/oauth-authorization-server", {Kind::anyone, ""}},
    {"POST /api/kith/v1/session", {Kind::anyone, ""}},
    {"POST /api/kith/v1/accounts", {Kind::anyone, ""}},
    {"GET /api/kith/v1/sessions", {Kind::user, "read"}},
    {"DELETE /api/kith/v1/sessions", {Kind::user, "write"}},
    {"DELETE /api/kith/v1/sessions/:id", {Kind::user, "write"}},
    // accounts
    {"GET /api/v1/accounts/verify_credentials", {Kind::user, "profile read:accounts"}},
    {"GET /api/v1/accounts/lookup", {Kind::optional_user, ""}},
    {"GET /api/v1/accounts/relationships", {Kind::user, "read:follows"}},
    {"GET /api/v1/accounts/:id", {Kind::optional_user, ""}},
    {"GET /api/v1/accounts/:id/statuses", {Kind::optional_user, "read:statuses"}},
    {"GET /api/v1/accounts/:id/followers", {Kind::optional_user, "read:accounts"}},
    {"GET /api/v1/accounts/:id/following", {Kind::optional_user, "read:accounts"}},
    {"POST /api/v1/accounts/:id/follow", {Kind::user, "write:follows"}},
    {"POST /api/v1/accounts/:id/unfollow", {Kind::user, "write:follows"}},
    // posts
    {"POST /api/v1/statuses", {Kind::user, "write:statuses"}},
    {"GET /api/v1/statuses/:id", {Kind::optional_user, "read:statuses"}},
    {"DELETE /api/v1/statuses/:id", {Kind::user, "write:statuses"}},
    {"GET /api/v1/statuses/:id/context", {Kind::optional_user, "read:statuses"}},
    {"GET /api/v1/timelines/home", {Kind::user, "read:statuses"}},
    {"GET /api/v1/timelines/public", {Kind::optional_user, "read:statuses"}},
    {"GET /api/v1/timelines/tag/:hashtag", {Kind::optional_user, "read:statuses"}},
    // notifications, streaming, search
    {"GET /api/v1/notifications", {Kind::user, "read:notifications"}},
    {"GET /api/v1/notifications/:id", {Kind::user, "read:notifications"}},
    {"POST /api/v1/notifications/:id/dismiss", {Kind::user, "write:notifications"}},
    {"POST /api/v1/notifications/clear", {Kind::user, "write:notifications"}},
    {"GET /api/v1/streaming", {Kind::user, "read:statuses read:notifications"}},
    {"GET /api/v1/streaming/", {Kind::user, "read:statuses read:notifications"}},
    {"GET /api/v1/streaming/user", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/user/notification", {Kind::user, "read:notifications"}},
    {"GET /api/v1/streaming/public", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/public/local", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/public/remote", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/hashtag", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/hashtag/local", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/list", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/direct", {Kind::user, "read:statuses"}},
    {"GET /api/v1/streaming/health", {Kind::anyone, ""}},
    {"GET /api/v2/search", {Kind::optional_user, "read:search"}},
    // the server itself
    {"GET /api/v1/instance", {Kind::anyone, ""}},
    {"GET /api/v2/instance", {Kind::anyone, ""}},
    {"GET /health", {Kind::anyone, ""}},
    {"GET /health/live", {Kind::anyone, ""}},
    {"GET /health/ready", {Kind::anyone, ""}},
    // other servers, who sign what they send
    {"POST /inbox", {Kind::anyone, ""}},
    {"POST /actor/inbox", {Kind::anyone, ""}},
    {"POST /users/:name/inbox", {Kind::anyone, ""}},
    {"GET /actor", {Kind::anyone, ""}},
    {"GET /actor/outbox", {Kind::anyone, ""}},
    {"GET /users/:name", {Kind::anyone, ""}},
    {"GET /users/:name/outbox", {Kind::anyone, ""}},
    {"GET /users/:name/followers", {Kind::anyone, ""}},
    {"GET /users/:name/following", {Kind::anyone, ""}},
    {"GET /users/:name/statuses/:id", {Kind::anyone, ""}},
    {"GET /.well-known/webfinger", {Kind::anyone, ""}},
    {"GET /.well-known/nodeinfo", {Kind::anyone, ""}},
    {"GET /.well-known/host-meta", {Kind::anyone, ""}},
    {"GET /nodeinfo/2.0", {Kind::anyone, ""}},
    {"GET /nodeinfo/2.1", {Kind::anyone, ""}},
    // pages and pictures for everybody
    {"GET /", {Kind::anyone, ""}},
    {"GET /tags/:name", {Kind::anyone, ""}},
    {"GET /:handle", {Kind::anyone, ""}},
    {"GET /:handle/:id", {Kind::anyone, ""}},
    {"GET /avatar.svg", {Kind::anyone, ""}},
    {"GET /header.svg", {Kind::anyone, ""}},
};

/// Where we differ from the documentation on purpose, and why.
const std::map<std::string, std::string> k_differences{
    {"GET /api/v1/accounts/lookup", "as open as GET /api/v1/accounts/:id, which tells the same"},
    {"GET /api/v1/streaming", "each stream asks for what it carries besides"},
    {"GET /api/v1/streaming/user", "as Mastodon does: without read:notifications it carries none"},
    {"GET /api/v1/streaming/user/notification", "as Mastodon does: it carries no posts of their own"},
};

std::string name_of(const http::Router::Route& route)
{
    return std::string{http::to_string(route.method)} + " " + route.pattern;
}

const char* name_of(Kind kind)
{
    constexpr const char* names[] = {"anyone", "optional_user", "app", "user"};
    return names[static_cast<int>(kind)];
}

} // namespace

class AccessTable : public OAuthServer { };
KITH_BOTH_ENGINES(AccessTable);

TEST_P(AccessTable, HoldsEveryRouteAndNoOther)
{
    std::set<std::string> left;
    for (const auto& [name, line] : k_table)
        left.insert(name);
    for (const auto& route : stage->router().routes()) {
        const auto name = name_of(route);
        const auto line = k_table.find(name);
        ASSERT_NE(line, k_table.end()) << name << " is not in the table of this test";
        EXPECT_STREQ(name_of(route.access.kind), name_of(line->second.kind)) << name;
        EXPECT_EQ(route.access.scope, line->second.scope) << name;
        left.erase(name);
    }
    EXPECT_THAT(left, ::testing::IsEmpty()) << "lines without a route";
}

TEST_P(AccessTable, NamesScopesThatATokenCanHave)
{
    const auto& known = auth::known_scopes();
    for (const auto& [name, line] : k_table)
        for (const auto scope : auth::split_scopes(line.scope))
            EXPECT_NE(std::find(known.begin(), known.end(), scope), known.end()) << name << ": " << scope;
}

TEST_P(AccessTable, AgreesWithMastodonsDocumentation)
{
    KITH_NEEDS_VECTORS();
    int compared = 0;
    const auto facts = read_json_vector("mastodon-api/routes.json");
    for (const auto& fact : facts.as_array()) {
        const auto name = text_of(fact, "method") + " " + text_of(fact, "path");
        const auto line = k_table.find(name);
        if (line == k_table.end() || k_differences.contains(name))
            continue;
        ++compared;
        const auto oauth = text_of(fact, "oauth");
        const auto kind = line->second.kind;
        std::set<std::string> scopes;
        for (const auto& scope : fact.at("scopes").as_array())
            scopes.emplace(scope.as_string());
        std::set<std::string> ours;
        for (const auto scope : auth::split_scopes(line->second.scope))
            ours.emplace(scope);
        if (oauth == "user") {
            EXPECT_STREQ(name_of(kind), "user") << name;
            EXPECT_EQ(ours, scopes) << name;
        } else if (oauth == "app") {
            EXPECT_STREQ(name_of(kind), "app") << name;
        } else {
            EXPECT_TRUE(kind == Kind::anyone || kind == Kind::optional_user) << name;
        }
    }
    EXPECT_GT(compared, 25);
}

/// What the router really does, with each kind of token.
TEST_P(AccessTable, IsWhatTheServerDoes)
{
    const auto nothing = token(program.application.id, mira.id, "push");
    const auto programs = token(program.application.id, {}, "read write");
    for (const auto& route : stage->router().routes()) {
        const auto name = name_of(route);
        if (route.websocket)
            continue;
        const auto ask = [&](const std::string& with) {
            http::Request request;
            request.method = route.method;
            request.target = route.pattern;
            if (!with.empty())
                request.headers.add("Authorization", "Bearer " + with);
            return stage->call(std::move(request)).status;
        };
        const auto kind = route.access.kind;
        if (kind == Kind::user) {
            EXPECT_EQ(ask(""), 401) << name;
            EXPECT_EQ(ask("guess"), 401) << name;
            EXPECT_EQ(ask(programs), 422) << name;
            EXPECT_EQ(ask(nothing), 403) << name;
        } else if (kind == Kind::app) {
            EXPECT_EQ(ask(""), 401) << name;
            EXPECT_EQ(ask(programs), 200) << name;
        } else if (kind == Kind::optional_user) {
            EXPECT_EQ(ask("guess"), 401) << name;
            EXPECT_EQ(ask(nothing) == 403, !route.access.scope.empty()) << name;
        } else {
            EXPECT_NE(ask("guess"), 403) << name;
        }
    }
}

} // namespace kith::tests
