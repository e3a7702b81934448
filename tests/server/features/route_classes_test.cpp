// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/stage.h"

#include <gmock/gmock.h>

#include <map>

namespace kith::tests {

using http::RouteClass;

class RouteClasses : public BothEngines { };
KITH_BOTH_ENGINES(RouteClasses);

/// Every route whose requests are counted as something special. A route that is not here counts as `api` under /api,
/// and as `page` elsewhere.
TEST_P(RouteClasses, AreWhatThisTableSays)
{
    const std::map<std::string, std::string> table{
        {"GET /health", "none"},
        {"GET /health/live", "none"},
        {"GET /health/ready", "none"},
        {"GET /api/v2/search", "search"},
        {"DELETE /api/v1/statuses/:id", "deletion"},
        {"POST /api/kith/v1/session", "sign_in"},
        {"POST /oauth/authorize", "sign_in"},
        {"POST /api/kith/v1/accounts", "sign_up"},
        {"POST /api/v1/apps", "app"},
        {"POST /oauth/token", "token"},
        {"POST /oauth/revoke", "token"},
        {"POST /inbox", "inbox"},
        {"POST /actor/inbox", "inbox"},
        {"POST /users/:name/inbox", "inbox"},
        {"WebSocket /api/v1/streaming", "streaming"},
        {"WebSocket /api/v1/streaming/", "streaming"},
    };
    const Stage stage{db()};

    std::map<std::string, std::string> special;
    for (const auto& route : stage.router().routes()) {
        const auto name = std::string{route.websocket ? "WebSocket" : http::to_string(route.method)} + " " + route.pattern;
        EXPECT_NE(route.route_class, RouteClass::standard) << name;
        if (route.route_class == RouteClass::api || route.route_class == RouteClass::page)
            EXPECT_EQ(route.route_class == RouteClass::api, route.pattern.starts_with("/api/")) << name;
        else if (route.route_class == RouteClass::streaming && !route.websocket)
            EXPECT_TRUE(route.pattern.starts_with("/api/v1/streaming/")) << name; // server-sent events
        else
            special[name] = to_string(route.route_class);
    }

    EXPECT_EQ(special, table);
}

} // namespace kith::tests
