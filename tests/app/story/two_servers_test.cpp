// SPDX-License-Identifier: Apache-2.0
#include "app/net/trust.h"
#include "tests/app/story/story.h"

#include <QSslConfiguration>

#include <memory>
#include <optional>

using namespace kith;
using namespace kith::tests;

namespace {

/// Two servers with TLS that know each other as alpha.test and beta.test. The apps reach them by address, for which the
/// certificates hold too: no name server knows the names.
class AppsOnTwoServers : public ::testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(m_certificates.isValid());
        m_authority.emplace(m_certificates.path().toStdString());
        auto alpha = options_of("alpha.test");
        auto beta = options_of("beta.test");
        alpha.connect_to = {"beta.test:443:127.0.0.1:" + std::to_string(beta.port)};
        beta.connect_to = {"alpha.test:443:127.0.0.1:" + std::to_string(alpha.port)};
        m_alpha = std::make_unique<KithdProcess>(alpha);
        m_beta = std::make_unique<KithdProcess>(beta);
        const auto file = QString::fromStdString(m_authority->certificate().string());
        const auto trusted = net::trust_also(file);
        ASSERT_TRUE(trusted) << trusted.error().message;
    }
    void TearDown() override { QSslConfiguration::setDefaultConfiguration(m_before); }

    static std::string address_of(const KithdProcess& server)
    {
        return "https://127.0.0.1:" + std::to_string(server.port());
    }
    KithdProcess& alpha() { return *m_alpha; }
    KithdProcess& beta() { return *m_beta; }

private:
    KithdOptions options_of(const std::string& domain)
    {
        KithdOptions options;
        options.domain = domain;
        options.port = free_port();
        options.certificate = m_authority->issue(domain, {domain}, {"127.0.0.1"});
        options.ca_file = m_authority->certificate();
        return options;
    }

    QSslConfiguration m_before = QSslConfiguration::defaultConfiguration();
    QTemporaryDir m_certificates;
    std::optional<TestCa> m_authority;
    std::unique_ptr<KithdProcess> m_alpha;
    std::unique_ptr<KithdProcess> m_beta;
};

} // namespace

TEST_F(AppsOnTwoServers, BobFollowsAliceReadsHerLiveAndOffline)
{
    QTemporaryDir alices_profile;
    QTemporaryDir bobs_profile;
    auto alice = std::make_unique<AppWindow>(alices_profile.path(), k_passphrase);
    sign_up(*alice, address_of(alpha()), "alice");
    auto bob = std::make_unique<AppWindow>(bobs_profile.path(), k_passphrase);
    sign_up(*bob, address_of(beta()), "bob");

    bob->click("navPeople");
    bob->type("peopleField", "@alice@alpha.test");
    bob->click("peopleSearch");
    bob->click("followButton_@alice@alpha.test");
    EXPECT_TRUE(bob->says("Following"));
    bob->take_picture("bob-follows");
    alice->click("navNotifications");
    EXPECT_TRUE(alice->says("bob@beta.test"));
    alice->take_picture("alice-notified");
    alice->click("navHome");
    bob->click("navHome");
    write_post(*alice, "Good morning from the lighthouse");

    EXPECT_TRUE(bob->shows_post("homeList", "Good morning from the lighthouse", k_patience));
    EXPECT_TRUE(alice->shows_as_sent("Good morning from the lighthouse", k_patience));
    bob->take_picture("bob-reads");

    stop(alpha());
    stop(beta());
    alice.reset();
    bob.reset();
    alice = std::make_unique<AppWindow>(alices_profile.path(), QString());
    unlock(*alice);
    bob = std::make_unique<AppWindow>(bobs_profile.path(), QString());
    unlock(*bob);
    EXPECT_TRUE(alice->shows_post("homeList", "Good morning from the lighthouse"));
    EXPECT_TRUE(bob->shows_post("homeList", "Good morning from the lighthouse"));
    EXPECT_TRUE(bob->shows("offlineBanner"));
}
