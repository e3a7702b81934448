// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/cavage.h"

#include "tests/unit/federation/signing_fixture.h"

#include <gmock/gmock.h>

namespace kith::signatures {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Cavage, ReadsTheHeader)
{
    const auto parsed = parse_cavage(
        "keyId=\"https://a.example/u#k\", algorithm=\"hs2019\",created=\"12\",expires=34,"
        "headers=\"(request-target) Host (created)\",signature=\"AAECAw==\",other=\"x\"");

    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->key_id, "https://a.example/u#k");
    EXPECT_EQ(parsed->algorithm, "hs2019");
    EXPECT_EQ(parsed->created, 12);
    EXPECT_EQ(parsed->expires, 34);
    EXPECT_THAT(parsed->covered, ElementsAre("(request-target)", "host", "(created)"));
    EXPECT_EQ(parsed->signature.size(), 4u);
}

TEST(Cavage, SaysWhatIsWrongWithAHeader)
{
    const auto why = [](std::string_view header) {
        const auto parsed = parse_cavage(header);
        return parsed ? std::string{"read"} : parsed.error().message;
    };
    EXPECT_THAT(why("signature=\"AA==\""), HasSubstr("does not name its key"));
    EXPECT_THAT(why("keyId=\"k\""), HasSubstr("no signature"));
    EXPECT_THAT(why("keyId=\"k\",signature=\"%%%\""), HasSubstr("base64"));
    EXPECT_THAT(why("keyId=\"k\",keyId=\"l\",signature=\"AA==\""), HasSubstr("twice"));
    EXPECT_THAT(why("keyId=\"k\",signature=\"AA==\",headers=\"date date\""), HasSubstr("twice"));
    EXPECT_THAT(why("keyId=\"k\",signature=\"AA==\",created=99999999999999999999"),
                HasSubstr("times"));
    EXPECT_THAT(why("keyId=\"k,headers=,signature"), HasSubstr("cannot be read"));
    EXPECT_THAT(why("keyId=\"k\";signature=\"AA==\""), HasSubstr("cannot be read"));
    EXPECT_THAT(why(""), HasSubstr("does not name its key"));
    EXPECT_THAT(why("keyId=\"" + std::string(9000, 'k') + "\""), HasSubstr("too long"));
}

TEST(Cavage, BuildsTheSigningString)
{
    Message message;
    message.method = "POST";
    message.target = "/foo?param=value";
    message.headers = {{"Host", "example.com"}, {"X", " a "}, {"x", "b"}};
    ParsedSignature plan;
    plan.covered = {"(request-target)", "(created)", "host", "x"};
    plan.created = 7;

    EXPECT_EQ(*signing_string(message, plan, message.target),
              "(request-target): post /foo?param=value\n(created): 7\nhost: example.com\nx: a, b");
    plan.algorithm = "rsa-sha256";
    EXPECT_FALSE(signing_string(message, plan, message.target));
    plan.covered = {"missing"};
    EXPECT_FALSE(signing_string(message, plan, message.target));
}

TEST(Cavage, SignsDeliveriesAndFetchesInTheFormThatOthersExpect)
{
    const auto post = sign_request(test::a_delivery(), test::k_key_id, test::rsa_key(), test::k_now);
    auto get_message = *outgoing_message("GET", "https://b.example/u/bob");
    get_message.headers.emplace_back("Accept", "application/activity+json");
    const auto get = sign_request(get_message, test::k_key_id, test::rsa_key(), test::k_now);

    ASSERT_TRUE(post && get);
    EXPECT_EQ(*single_field(*post, "date"), "Wed, 20 Dec 2023 10:00:00 GMT");
    EXPECT_EQ(*single_field(*post, "digest"), "SHA-256=" + digest_of(test::k_body));
    EXPECT_THAT(
        *single_field(*post, "signature"),
        HasSubstr(
            "algorithm=\"rsa-sha256\",headers=\"(request-target) host date digest content-type\""));
    EXPECT_THAT(*single_field(*get, "signature"),
                HasSubstr("headers=\"(request-target) host date accept\""));
    EXPECT_FALSE(single_field(*get, "digest"));
}

TEST(Cavage, SignsOnlyForPlainAddressesAndKeyIds)
{
    EXPECT_FALSE(outgoing_message("GET", "ftp://b.example/"));
    EXPECT_FALSE(outgoing_message("GET", "https://u@b.example/"));
    EXPECT_EQ(outgoing_message("GET", "https://B.example:443?x=1#f")->target, "/?x=1");
    EXPECT_EQ(*single_field(outgoing_message("GET", "https://B.example:443/")->headers, "host"),
              "b.example");
    EXPECT_EQ(*single_field(outgoing_message("GET", "http://b.example:8080/")->headers, "host"),
              "b.example:8080");
    EXPECT_FALSE(sign_request(test::a_delivery(), "a\"b", test::rsa_key(), test::k_now));
}

} // namespace kith::signatures
