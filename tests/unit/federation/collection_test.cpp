// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/collection.h"

#include "federation/vocab/read.h"
#include "federation/vocab/tombstone.h"
#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

namespace kith::vocab {

using test::parse_quoted;
using test::string_of;

TEST(Collection, WritesAHeadAndAPageThatReadBack)
{
    const json::value head =
        write_collection({"https://a.example/o", 12, "https://a.example/o?page=1", {}});
    const json::value page = write_collection_page(
        {"https://a.example/o?page=1", "https://a.example/o", "https://a.example/o?max=3", {}, {"https://a.example/n/1"}});

    const auto read_head = read_collection(head);
    const auto read_page = read_collection(page);

    ASSERT_TRUE(read_head && read_page);
    EXPECT_EQ(read_head->total_items, 12);
    EXPECT_EQ(read_head->first, "https://a.example/o?page=1");
    EXPECT_EQ(read_page->part_of, "https://a.example/o");
    EXPECT_EQ(read_page->next, "https://a.example/o?max=3");
    EXPECT_EQ(read_page->items.size(), 1u);
    EXPECT_FALSE(page.as_object().contains("prev"));
}

TEST(Collection, TakesNoImpossibleCountsAndNoEndlessLists)
{
    for (const char* total : {"-5", "'7'", "1e30", "9007199254740993"}) {
        const auto read =
            read_collection(parse_quoted(std::string{"{'type':'Collection','totalItems':"} + total + "}"));
        ASSERT_TRUE(read);
        EXPECT_FALSE(read->total_items) << total;
    }
    json::object many;
    many["type"] = "OrderedCollection";
    many["orderedItems"] = json::array(5000, json::value("https://a.example/1"));
    EXPECT_EQ(read_collection(many)->items.size(), k_max_items);
}

TEST(Collection, ReadsAnEmbeddedFirstPage)
{
    const auto read =
        read_collection(parse_quoted("{'type':'Collection','first':{'type':'CollectionPage','next':"
                                     "'https://a.example/2','items':['https://a.example/1']}}"));

    ASSERT_TRUE(read);
    EXPECT_EQ(read->items.size(), 1u);
    EXPECT_EQ(read->next, "https://a.example/2");
}

TEST(Tombstone, ComesBackAsItWasWritten)
{
    const json::value written = write_tombstone({"https://a.example/n/1", "Note", from_ms(1700000000000)});

    const auto read = read_tombstone(written);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->former_type, "Note");
    EXPECT_EQ(string_of(written, "deleted"), "2023-11-14T22:13:20.000Z");
    EXPECT_FALSE(read_tombstone(parse_quoted("{'type':'Note','id':'https://a.example/1'}")));
}

} // namespace kith::vocab
