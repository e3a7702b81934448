// SPDX-License-Identifier: Apache-2.0
#include "app/net/server_address.h"

#include <gtest/gtest.h>

namespace kith {

namespace {

std::string read(const char* typed)
{
    const auto address = net::parse_server_address(QString::fromUtf8(typed));
    return address ? address->toString().toStdString() : "refused";
}

} // namespace

TEST(ServerAddress, IsHttpsUnlessItSaysOtherwise)
{
    EXPECT_EQ(read("hollow.town"), "https://hollow.town");
    EXPECT_EQ(read("  Hollow.Town/ "), "https://hollow.town");
    EXPECT_EQ(read("hollow.town:8443"), "https://hollow.town:8443");
    EXPECT_EQ(read("https://hollow.town/web/home?x=1"), "https://hollow.town");
    EXPECT_EQ(read("@mira@hollow.town"), "https://hollow.town");
}

TEST(ServerAddress, IsPlainHttpOnThisMachineOnly)
{
    EXPECT_EQ(read("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
    EXPECT_EQ(read("http://localhost:8080"), "http://localhost:8080");
    EXPECT_EQ(read("http://[::1]:8080"), "http://[::1]:8080");
    EXPECT_EQ(read("http://hollow.town"), "refused");
    EXPECT_EQ(read("http://192.168.1.7"), "refused");
    EXPECT_EQ(read("http://127.0.0.1.hollow.town"), "refused");
}

TEST(ServerAddress, RefusesWhatIsNone)
{
    EXPECT_EQ(read(""), "refused");
    EXPECT_EQ(read("ftp://hollow.town"), "refused");
    EXPECT_EQ(read("https://mira:secret@hollow.town"), "refused");
    EXPECT_EQ(read("two words"), "refused");
    EXPECT_EQ(read(std::string(400, 'a').c_str()), "refused");
}

TEST(ServerAddress, LeadsToItsStream)
{
    EXPECT_EQ(net::streaming_url(QUrl(QStringLiteral("https://hollow.town:8443"))).toString(),
              QStringLiteral("wss://hollow.town:8443/api/v1/streaming?stream=user"));
    EXPECT_EQ(net::streaming_url(QUrl(QStringLiteral("http://127.0.0.1:8080"))).scheme(), QStringLiteral("ws"));
}

} // namespace kith
