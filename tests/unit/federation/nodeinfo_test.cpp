// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/nodeinfo.h"

#include "federation/discovery/host_meta.h"
#include "tests/unit/federation/vectors.h"

#include <gmock/gmock.h>

namespace kith::discovery {

using kith::test::parse_quoted;
using kith::test::read_vector;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(NodeInfo, ComesBackAsItWasWritten)
{
    NodeInfo info;
    info.software_name = "kith";
    info.software_version = "0.1.0";
    info.repository = "https://kith.example/source";
    info.protocols = {"activitypub"};
    info.open_registrations = true;
    info.users_total = 12;
    info.local_posts = 99;
    info.node_name = "Alpha";

    const json::value newer = write_nodeinfo(info, NodeInfoVersion::v2_1);
    const json::value older = write_nodeinfo(info, NodeInfoVersion::v2_0);
    const auto read = read_nodeinfo(newer);

    ASSERT_TRUE(read);
    EXPECT_EQ(json::value(write_nodeinfo(*read, NodeInfoVersion::v2_1)), newer);
    EXPECT_EQ(read->users_total, 12);
    EXPECT_THAT(read->protocols, ElementsAre("activitypub"));
    EXPECT_FALSE(older.at("software").as_object().contains("repository"))
        << "2.0 does not allow it";
    EXPECT_EQ(older.at("version").as_string(), "2.0");
    EXPECT_EQ(nodeinfo_media_type(NodeInfoVersion::v2_0),
              "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"");
}

TEST(NodeInfo, LinksToBothVersionsAndTakesTheBest)
{
    EXPECT_EQ(*read_nodeinfo_links(write_nodeinfo_links("https://a.example")),
              "https://a.example/nodeinfo/2.1");
    EXPECT_FALSE(
        read_nodeinfo_links(parse_quoted("{'links':[{'rel':'x','href':'https://a.example/'}]}")));
    EXPECT_FALSE(
        read_nodeinfo_links(parse_quoted("{'links':[{'rel':'http://nodeinfo.diaspora.software/ns/"
                                         "schema/2.0','href':'file:///etc/passwd'}]}")));
}

TEST(NodeInfo, LeavesOutImpossibleCounts)
{
    const auto read =
        read_nodeinfo(parse_quoted("{'software':{'name':'x'},'usage':{'users':{'total':-1,'"
                                   "activeMonth':'7'},'localPosts':1e40}}"));

    ASSERT_TRUE(read);
    EXPECT_FALSE(read->users_total || read->users_active_month || read->local_posts);
    EXPECT_FALSE(read_nodeinfo(parse_quoted("{'software':[]}")));
}

TEST(NodeInfo, ReadsTheDocumentsOfOthers)
{
    SKIP_WITHOUT_VECTORS("activitypub/nodeinfo");
    const auto both =
        read_nodeinfo_links(read_vector("activitypub/nodeinfo/mz-nodeinfo-both_versions.json"));
    const auto info =
        read_nodeinfo(read_vector("activitypub/nodeinfo/rb-wildebeest-nodeinfo21.json"));

    ASSERT_TRUE(both && info);
    EXPECT_EQ(*both, "https://mobilizon.fr/.well-known/nodeinfo/2.1");
    EXPECT_EQ(info->software_name, "wildebeest");
    EXPECT_EQ(info->users_total, 1);
}

TEST(HostMeta, PointsToWebfinger)
{
    EXPECT_THAT(write_host_meta("https://a.example"),
                HasSubstr("template=\"https://a.example/.well-known/webfinger?resource={uri}\""));
}

} // namespace kith::discovery
