// SPDX-License-Identifier: Apache-2.0
#include "tests/server/fetch/fetch_fixture.h"

#include "tests/support/test_ca.h"

#include <cstdlib>

namespace kith::fetch {

using ::testing::HasSubstr;
using tests::answer;
using tests::RawServer;

namespace {

/// Servers with names of their own and certificates of a test CA, reached through connect_to.
class Tls : public tests::FetchTest {
protected:
    void SetUp() override
    {
        auto pattern = (std::filesystem::temp_directory_path() / "kith-fetch-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        m_folder = pattern;
        m_ca.emplace(m_folder);
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    FetcherOptions options_for(const RawServer& server, const std::string& host) const
    {
        auto options = local_options();
        options.ca_file = m_ca->certificate();
        options.connect_to = {host + ":443:127.0.0.1:" + std::to_string(server.port())};
        return options;
    }

    std::filesystem::path m_folder;
    std::optional<kith::tests::TestCa> m_ca;
};

} // namespace

TEST_F(Tls, TrustsTheExtraAuthority)
{
    const auto certificate = m_ca->issue("alpha", {"alpha.example"});
    RawServer server([](const auto&) { return answer(200, "over TLS"); }, certificate.certificate,
                     certificate.private_key);
    use(options_for(server, "alpha.example"));

    const auto got = get("https://alpha.example/users/mira");

    ASSERT_TRUE(got) << got.error().cause;
    EXPECT_EQ(got->body, "over TLS");
    EXPECT_EQ(got->url, "https://alpha.example/users/mira");
    EXPECT_THAT(server.asked().at(0).head, HasSubstr("Host: alpha.example\r\n"));
    EXPECT_TRUE(get("https://alpha.example/again"));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(Tls, RefusesAnAuthorityThatItWasNotTold)
{
    const auto certificate = m_ca->issue("alpha", {"alpha.example"});
    RawServer server([](const auto&) { return answer(200, "x"); }, certificate.certificate,
                     certificate.private_key);
    auto options = options_for(server, "alpha.example");
    options.ca_file.clear();
    use(options);

    EXPECT_EQ(code_of(get("https://alpha.example/")), Errc::unavailable);
    EXPECT_TRUE(server.asked().empty());
}

TEST_F(Tls, RefusesACertificateOfAnotherName)
{
    const auto certificate = m_ca->issue("alpha", {"alpha.example"});
    RawServer server([](const auto&) { return answer(200, "x"); }, certificate.certificate,
                     certificate.private_key);
    use(options_for(server, "beta.example"));

    EXPECT_EQ(code_of(get("https://beta.example/")), Errc::unavailable);
    EXPECT_TRUE(server.asked().empty());
}

TEST_F(Tls, NeverFollowsFromHttpsToHttp)
{
    const auto certificate = m_ca->issue("alpha", {"alpha.example"});
    RawServer plain([](const auto&) { return answer(200, "x"); });
    RawServer server(
        [&](const auto&) { return answer(302, "", "Location: " + plain.url("/") + "\r\n"); },
        certificate.certificate, certificate.private_key);
    use(options_for(server, "alpha.example"));

    EXPECT_EQ(code_of(get("https://alpha.example/")), Errc::forbidden);
    EXPECT_EQ(plain.connections(), 0);
}

} // namespace kith::fetch
