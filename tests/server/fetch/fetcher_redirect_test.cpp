// SPDX-License-Identifier: Apache-2.0
#include "tests/server/fetch/fetch_fixture.h"

namespace kith::fetch {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::answer;
using tests::RawServer;

namespace {

class Redirects : public tests::FetchTest {
protected:
    void SetUp() override { use(local_options()); }
};

std::string redirect(const std::string& location, int status = 302)
{
    return answer(status, "moved", "Location: " + location + "\r\n");
}

awaitable<Result<void>> note_url(std::vector<std::string>* signed_urls, std::string url, http::Headers* headers)
{
    signed_urls->push_back(url);
    headers->set("Signature", "of " + url);
    co_return Result<void>{};
}

} // namespace

TEST_F(Redirects, AreFollowedAndEachHopIsSignedAnew)
{
    RawServer last([](const auto&) { return answer(200, "here"); });
    RawServer first([&](const auto& asked) {
        return asked.head.find("/start") != std::string::npos ? redirect("/middle", 301)
                                                              : redirect(last.url("/end"), 307);
    });
    std::vector<std::string> signed_urls;
    auto fetch = to(first.url("/start"));
    fetch.sign = [&](const std::string& url, http::Headers& headers) {
        return note_url(&signed_urls, url, &headers);
    };

    const auto got = get(fetch);

    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, "here");
    EXPECT_EQ(got->url, last.url("/end"));
    EXPECT_THAT(signed_urls, ElementsAre(first.url("/start"), first.url("/middle"), last.url("/end")));
    EXPECT_THAT(last.asked().at(0).head, HasSubstr("Signature: of " + last.url("/end")));
}

TEST_F(Redirects, TakeNoCredentialsToAnotherOrigin)
{
    RawServer last([](const auto&) { return answer(200, "here"); });
    RawServer first([&](const auto& asked) {
        return asked.head.find("/start") != std::string::npos ? redirect("/same") : redirect(last.url("/"));
    });
    auto fetch = to(first.url("/start"));
    fetch.headers.add("authorization", "Bearer x");
    fetch.headers.add("Cookie", "a=b");
    fetch.headers.add("Accept", "application/activity+json");

    ASSERT_TRUE(get(fetch));

    EXPECT_THAT(first.asked().at(1).head, HasSubstr("authorization: Bearer x"));
    EXPECT_THAT(last.asked().at(0).head, Not(HasSubstr("Bearer")));
    EXPECT_THAT(last.asked().at(0).head, Not(HasSubstr("Cookie")));
    EXPECT_THAT(last.asked().at(0).head, HasSubstr("Accept: application/activity+json"));
}

TEST_F(Redirects, EndAfterTheirNumber)
{
    RawServer server([](const auto&) { return redirect("/again"); });
    auto fetch = to(server.url("/"));
    fetch.max_redirects = 2;

    EXPECT_EQ(code_of(get(fetch)), Errc::forbidden);
    EXPECT_EQ(server.asked().size(), 3U);
}

TEST_F(Redirects, AreAnAnswerWhenTheyAreNotWanted)
{
    RawServer server([](const auto&) { return redirect("/again"); });
    auto fetch = to(server.url("/"));
    fetch.max_redirects = 0;
    EXPECT_EQ(get(fetch)->status, 302);

    auto post = to(server.url("/"));
    post.method = http::Method::post;
    EXPECT_EQ(get(post)->status, 302);
    EXPECT_EQ(server.asked().size(), 2U);
}

TEST_F(Redirects, NeverLeadToAnotherSchemeOrARefusedAddress)
{
    std::string location;
    RawServer server([&](const auto&) { return redirect(location); });

    for (const auto* target : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://10.0.0.1/",
                               "http://169.254.169.254/", "http://[::1]/", "http://[::ffff:10.0.0.1]/"}) {
        location = target;
        EXPECT_EQ(code_of(get(server.url("/"))), Errc::forbidden) << target;
    }
}

TEST_F(Redirects, EndWithTheErrorOfTheSigner)
{
    RawServer server([](const auto&) { return answer(200, "x"); });
    auto fetch = to(server.url("/"));
    fetch.sign = [](const std::string&, http::Headers&) -> awaitable<Result<void>> {
        co_return fail(Errc::internal, "No key.");
    };

    EXPECT_EQ(code_of(get(fetch)), Errc::internal);
    EXPECT_TRUE(server.asked().empty());
}

} // namespace kith::fetch
