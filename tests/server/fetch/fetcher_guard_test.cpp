// SPDX-License-Identifier: Apache-2.0
#include "tests/server/fetch/fetch_fixture.h"

#include "tests/support/vectors.h"

namespace kith::fetch {

using tests::answer;
using tests::RawServer;

namespace {

class Guarding : public tests::FetchTest { };

} // namespace

TEST_F(Guarding, RefusesEveryRecordedAddressThatPointsInside)
{
    KITH_NEEDS_VECTORS();
    auto options = local_options();
    options.allow_addresses = {"127.77.0.0/16"}; // so that http and private names pass, and the connected address decides
    for (const auto* name : {"127.0.0.1.nip.example", "localhost.", "foo.localhost", "metadata.google.internal",
                             "a.internal", "a.local", "host.onion", "a.example"}) // what a hostile resolver would say
        options.connect_to.push_back(name + std::string{"::127.0.0.1:"});
    use(options);
    const auto cases = kith::tests::read_json_vector("hostile/ssrf.json");

    int seen = 0;
    for (const auto& item : cases.at("urls").as_array()) {
        const std::string url{item.as_string()};
        const auto got = get(url);
        ASSERT_FALSE(got) << url;
        EXPECT_TRUE(got.error().code == Errc::forbidden || got.error().code == Errc::invalid)
            << url << ": " << got.error().message << " " << got.error().cause;
        ++seen;
    }
    EXPECT_GT(seen, 60);
}

TEST_F(Guarding, OpensNoConnectionToLoopbackHoweverItIsWritten)
{
    RawServer server([](const auto&) { return answer(200, "secret"); });
    auto options = local_options();
    options.allow_addresses = {"127.77.0.0/16"};
    use(options);
    const auto port = std::to_string(server.port());

    for (const auto* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0",
                             "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]",
                             "[::ffff:7f00:1]", "[::]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"})
        EXPECT_EQ(code_of(get("http://" + std::string{host} + ":" + port + "/")), Errc::forbidden) << host;

    EXPECT_EQ(server.connections(), 0);
}

TEST_F(Guarding, ChecksWhatANameLeadsToAndNotTheName)
{
    RawServer server([](const auto&) { return answer(200, "secret"); });
    const auto port = std::to_string(server.port());
    FetcherOptions options;
    options.allow_addresses = {"127.77.0.0/16"};
    options.allow_plain_http = true;
    options.connect_to = {"rebind.example:80:127.0.0.1:" + port, "public.example:443:127.0.0.1:" + port};
    use(options);

    EXPECT_EQ(code_of(get("http://rebind.example/")), Errc::forbidden);
    EXPECT_EQ(code_of(get("https://public.example/")), Errc::forbidden);
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(Guarding, SpeaksPlainHttpOnlyWhenThatIsAllowed)
{
    RawServer server([](const auto&) { return answer(200, "x"); });
    auto options = local_options();
    options.allow_plain_http = false;
    use(options);
    EXPECT_EQ(code_of(get(server.url("/"))), Errc::forbidden);

    use(local_options());
    EXPECT_TRUE(get(server.url("/")));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(Guarding, RefusesPrivateNamesWithoutAskingForThem)
{
    use(FetcherOptions{});

    for (const auto* url : {"https://localhost/", "https://a.local/",
                            "https://metadata.google.internal/", "https://x.onion/"})
        EXPECT_EQ(code_of(get(url)), Errc::forbidden) << url;
}

TEST_F(Guarding, SaysWhichSettingCannotBeUsed)
{
    FetcherOptions bad_range;
    bad_range.allow_addresses = {"10.0.0.0/99"};
    FetcherOptions bad_file;
    bad_file.ca_file = "/nonexistent/ca.pem";

    EXPECT_EQ(Fetcher::create(m_context.get_executor(), bad_range).error().code, Errc::invalid);
    EXPECT_EQ(Fetcher::create(m_context.get_executor(), bad_file).error().code, Errc::invalid);
}

} // namespace kith::fetch
