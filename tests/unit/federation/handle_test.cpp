// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/handle.h"

#include <gtest/gtest.h>

namespace kith::discovery {

TEST(Handle, ReadsTheFormsThatPeopleWrite)
{
    for (const char* text : {"@bob@beta.example", "bob@beta.example", "acct:bob@beta.example",
                             "ACCT:@bob@Beta.Example", "@bob@beta.example:443"}) {
        const auto handle = parse_handle(text);
        ASSERT_TRUE(handle) << text;
        EXPECT_EQ(handle->to_string(), "bob@beta.example");
        EXPECT_EQ(handle->acct(), "acct:bob@beta.example");
    }
    EXPECT_EQ(parse_handle("bob@beta.example:8443")->domain, "beta.example:8443");
    EXPECT_EQ(parse_handle("bob@bücher.example")->domain, "xn--bcher-kva.example");
    EXPECT_EQ(parse_handle("b.o-b_1@beta.example")->name, "b.o-b_1");
}

TEST(Handle, RefusesWhatIsNone)
{
    for (const char* text :
         {"", "@", "bob", "@bob", "bob@", "@@beta.example", "bob@be ta.example", "bob@beta.example/x",
          "b b@beta.example", "b\xc3\xb6@beta.example", "bob@beta@example.org", "bob@beta.example?x",
          "bob@.", "bob@beta.example:x", "https://beta.example/@bob", "bob@beta.example#x"})
        EXPECT_FALSE(parse_handle(text)) << text;
    EXPECT_FALSE(parse_handle(std::string(200, 'b') + "@beta.example"));
    EXPECT_FALSE(parse_handle("bob@" + std::string(600, 'b')));
}

TEST(Handle, ComparesNamesWithoutCase)
{
    EXPECT_TRUE(same_handle(*parse_handle("Bob@beta.example"), *parse_handle("bob@BETA.example")));
    EXPECT_FALSE(
        same_handle(*parse_handle("bob@beta.example"), *parse_handle("bob@beta.example:8443")));
    EXPECT_FALSE(same_handle(*parse_handle("bo@beta.example"), *parse_handle("bob@beta.example")));
}

} // namespace kith::discovery
