// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/rfc9421.h"

#include "tests/unit/federation/signing_fixture.h"

#include <gmock/gmock.h>

namespace kith::signatures {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Rfc9421, ReadsTheHeaders)
{
    const auto parsed = parse_rfc9421(
        "sig1=(\"@method\" "
        "\"@target-uri\");created=12;expires=34;keyid=\"https://a.example/k\";alg=\"ed25519\"",
        "sig1=:AAECAw==:");

    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->key_id, "https://a.example/k");
    EXPECT_THAT(parsed->covered, ElementsAre("@method", "@target-uri"));
    EXPECT_EQ(parsed->created, 12);
    EXPECT_EQ(parsed->expires, 34);
    EXPECT_EQ(parsed->algorithm, "ed25519");
    EXPECT_EQ(parsed->signature.size(), 4u);
}

TEST(Rfc9421, TakesTheSignatureThatItCanRead)
{
    const auto parsed =
        parse_rfc9421("p=(\"@query-param\";name=\"x\");keyid=\"k\", s=(\"@method\");keyid=\"l\"",
                      "p=:AA==:, s=:AAEC:");

    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->key_id, "l");
    EXPECT_EQ(parsed->parameters, "(\"@method\");keyid=\"l\"");
}

TEST(Rfc9421, RefusesWhatItCannotRead)
{
    const std::string good = "s=:AA==:";
    for (const char* input : {"", "s", "s=", "s=(", "s=(\"a\"", "s=(a)", "s=(\"a\"\"b\");keyid=\"k\"",
                              "s=(\"a\" \"a\");keyid=\"k\"", "s=(\"a\")", "s=(\"a\");keyid=7",
                              "s=(\"a\");keyid=\"k\";keyid=\"k\"", "s=(\"a\");keyid=\"k\",", "t=(\"a\");keyid=\"k\"",
                              "S=(\"a\");keyid=\"k\"", "s=(\"a\");created=99999999999999999;keyid=\"k\""})
        EXPECT_FALSE(parse_rfc9421(input, good)) << input;
    for (const char* signature : {"", "s=AA==", "s=:AA", "s=:!:", "s=::"})
        EXPECT_FALSE(parse_rfc9421("s=(\"a\");keyid=\"k\"", signature)) << signature;
    EXPECT_FALSE(parse_rfc9421("s=(\"a\");keyid=\"" + std::string(9000, 'k') + "\"", good));
}

TEST(Rfc9421, BuildsTheSignatureBase)
{
    Message message;
    message.method = "POST";
    message.target = "/foo?param=Value&Pet=dog";
    message.headers = {{"Host", "Example.com:443"}, {"Date", "now"}};
    ParsedSignature plan;
    plan.covered = {"@method", "@authority",      "@path",       "@query",
                    "@scheme", "@request-target", "@target-uri", "date"};
    plan.parameters = "(...)";

    EXPECT_EQ(*signature_base(message, plan),
              "\"@method\": POST\n\"@authority\": example.com\n\"@path\": /foo\n"
              "\"@query\": ?param=Value&Pet=dog\n\"@scheme\": https\n"
              "\"@request-target\": /foo?param=Value&Pet=dog\n"
              "\"@target-uri\": https://example.com/foo?param=Value&Pet=dog\n"
              "\"date\": now\n\"@signature-params\": (...)");
    plan.covered = {"@status"};
    EXPECT_FALSE(signature_base(message, plan));
}

TEST(Rfc9421, SignsInMastodonsProfile)
{
    const auto added =
        sign_request(test::a_delivery(), test::k_key_id, test::rsa_key(), test::k_now, Form::Rfc9421);

    ASSERT_TRUE(added);
    EXPECT_EQ(*single_field(*added, "signature-input"),
              "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created=1703066400;"
              "keyid=\"https://a.example/u/alice#main-key\"");
    EXPECT_EQ(*single_field(*added, "content-digest"), "sha-256=:" + digest_of(test::k_body) + ":");
    EXPECT_THAT(*single_field(*added, "signature"), HasSubstr("sig1=:"));
}

} // namespace kith::signatures
