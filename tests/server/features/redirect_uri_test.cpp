// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/redirect_uri.h"

#include <gtest/gtest.h>

namespace kith::oauth {

TEST(RedirectUris, AreAbsoluteAndRunNothing)
{
    for (const auto* good : {k_out_of_band, "https://app.example/back", "http://localhost:1234/",
                             "http://[::1]/back", "com.example.app:/oauth", "myapp://callback",
                             "https://app.example/back?x=1", "tuba://auth_code"})
        EXPECT_TRUE(is_redirect_uri(good)) << good;
    for (const std::string bad : {"",
                                  "back",
                                  "/back",
                                  "//evil.example",
                                  ":x",
                                  "https:",
                                  "https:back",
                                  "https:/back",
                                  "https://",
                                  "https:///back",
                                  "https://:80/",
                                  "https://you@app.example/",
                                  "javascript:alert(1)",
                                  "JavaScript:alert(1)",
                                  "data:text/html,x",
                                  "vbscript:x",
                                  "file:///etc/passwd",
                                  "blob:x",
                                  "about:blank",
                                  "intent://x",
                                  "view-source:https://x",
                                  "https://app.example/#x",
                                  "https://app.example/a b",
                                  "https://app.example/\r\nSet-Cookie:x",
                                  "https://app.example/\"",
                                  "https:\\\\app.example",
                                  "ht tp://x",
                                  "höhle:x",
                                  "1x:back",
                                  "-x:back"})
        EXPECT_FALSE(is_redirect_uri(bad)) << bad;
    EXPECT_FALSE(is_redirect_uri("https://app.example/" + std::string(2000, 'a')));
}

TEST(RedirectUris, MatchLetterByLetterExceptForThePortOnLoopback)
{
    struct Line {
        const char* registered;
        const char* wanted;
        bool fits;
    };
    constexpr Line table[] = {
        {"https://app.example/back", "https://app.example/back", true},
        {"https://app.example/back", "https://app.example/back/", false},
        {"https://app.example/back", "https://app.example:443/back", false},
        {"https://app.example/back", "http://app.example/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.1:54321/back", true},
        {"http://127.0.0.1:1234/back", "http://127.0.0.1:54321/back", true},
        {"http://127.0.0.1:1234/back", "http://127.0.0.1/back", true},
        {"http://127.0.0.1/back?x=1", "http://127.0.0.1:5/back?x=1", true},
        {"http://127.0.0.1", "http://127.0.0.1:5", true},
        {"http://[::1]/back", "http://[::1]:54321/back", true},
        {"http://127.0.0.1/back", "http://127.0.0.1:54321/other", false},
        {"http://127.0.0.1/back", "http://127.0.0.1:54321/back?x=1", false},
        {"http://127.0.0.1/back", "https://127.0.0.1:54321/back", false},
        {"http://127.0.0.1/back", "http://[::1]:54321/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.2/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.1.evil.example/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.1:80@evil.example/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.1:/back", false},
        {"http://127.0.0.1/back", "http://127.0.0.1:123456/back", false},
        {"http://localhost/back", "http://localhost:1234/back", false},
        {k_out_of_band, k_out_of_band, true},
        {"myapp://back", "myapp://back", true},
        {"myapp://back", "myapp://back2", false},
    };
    for (const auto& line : table)
        EXPECT_EQ(fits_registered(line.registered, line.wanted), line.fits)
            << line.registered << " and " << line.wanted;
}

TEST(RedirectUris, TakeParametersBesideTheirOwn)
{
    EXPECT_EQ(with_parameters("https://app.example/back", {{"code", "a b"}, {"state", "&=\"é"}}),
              "https://app.example/back?code=a%20b&state=%26%3D%22%C3%A9");
    EXPECT_EQ(with_parameters("myapp:/back?x=1", {{"code", "c"}}), "myapp:/back?x=1&code=c");
}

TEST(RedirectUris, AreShownAsPlaces)
{
    EXPECT_EQ(shown_place("https://app.example:8443/back?x"), "app.example:8443");
    for (const auto* here :
         {"http://127.0.0.1:5/x", "http://[::1]/x", "http://localhost:9/x", "myapp://x", "a.b:/x"})
        EXPECT_EQ(shown_place(here), "") << here;
    EXPECT_EQ(shown_place("http://127.0.0.1.evil.example/"), "127.0.0.1.evil.example");
}

} // namespace kith::oauth
