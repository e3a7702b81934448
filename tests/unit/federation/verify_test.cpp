// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/federation/signing_fixture.h"

#include <gmock/gmock.h>

namespace kith::signatures {

using namespace test;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class Verify : public testing::TestWithParam<Form> {
protected:
    Message a_signed_delivery() const
    {
        const auto message = a_delivery();
        return signed_with(message, sign_request(message, k_key_id, rsa_key(), k_now, GetParam()));
    }
    static std::string why(const Result<VerifiedBy>& result)
    {
        if (result)
            return "accepted";
        EXPECT_EQ(result.error().code, Errc::unauthorized);
        return result.error().message;
    }
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Forms, Verify, testing::Values(Form::Cavage, Form::Rfc9421), [](const auto& info) {
    return info.param == Form::Cavage ? "Cavage" : "Rfc9421";
});

TEST_P(Verify, AcceptsWhatWeSign)
{
    const auto result = receive(a_signed_delivery(), rsa_public());

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->key_id, k_key_id);
    EXPECT_EQ(result->form, GetParam());
    EXPECT_EQ(result->signed_at, k_now);
    EXPECT_FALSE(result->query_unsigned);
}

TEST_P(Verify, AcceptsEd25519)
{
    const auto key = crypto::Ed25519Key::generate();
    const auto message = a_delivery();
    const auto received = signed_with(message, sign_request(message, k_key_id, key, k_now, GetParam()));

    EXPECT_TRUE(receive(received, VerificationKey{key.public_key()}));
    EXPECT_THAT(why(receive(received, VerificationKey{crypto::Ed25519Key::generate().public_key()})),
                HasSubstr("does not match"));
    EXPECT_THAT(why(receive(received, rsa_public())), HasSubstr("does not match"));
}

TEST_P(Verify, AcceptsSignedFetchesWithoutBody)
{
    auto message = *outgoing_message("GET", "https://b.example/u/bob?page=1");
    message.headers.emplace_back("Accept", "application/activity+json");

    EXPECT_TRUE(receive(signed_with(message, sign_request(message, k_key_id, rsa_key(), k_now, GetParam())),
                        rsa_public()));
}

TEST_P(Verify, RefusesAnotherKey)
{
    const auto other = crypto::RsaPrivateKey::generate();
    ASSERT_TRUE(other);

    EXPECT_THAT(why(receive(a_signed_delivery(), other->public_key())),
                HasSubstr("does not match"));
}

TEST_P(Verify, RefusesAnotherBodyMethodTargetAndHost)
{
    auto body = a_signed_delivery();
    body.body_digest = digest_of("other");
    EXPECT_THAT(why(receive(body, rsa_public())), HasSubstr("digest does not match"));

    auto target = a_signed_delivery();
    target.target = "/inbox?x=2";
    EXPECT_THAT(why(receive(target, rsa_public())), HasSubstr("does not match the request"));

    auto method = a_signed_delivery();
    method.method = "PUT";
    EXPECT_THAT(why(receive(method, rsa_public())), HasSubstr("does not match the request"));

    auto host = a_signed_delivery();
    set_field(host, "host", "c.example");
    EXPECT_THAT(why(receive(host, rsa_public())), HasSubstr("another host"));

    Policy nowhere;
    EXPECT_THAT(why(receive(a_signed_delivery(), rsa_public(), k_now, nowhere)),
                HasSubstr("another host"));
}

TEST_P(Verify, RefusesOldAndFutureRequests)
{
    EXPECT_TRUE(receive(a_signed_delivery(), rsa_public(), k_now + 59min));
    EXPECT_TRUE(receive(a_signed_delivery(), rsa_public(), k_now - 59min));
    EXPECT_THAT(why(receive(a_signed_delivery(), rsa_public(), k_now + 61min)),
                HasSubstr("too old"));
    EXPECT_THAT(why(receive(a_signed_delivery(), rsa_public(), k_now - 61min)),
                HasSubstr("future"));
}

TEST_P(Verify, RefusesHeadersGivenTwice)
{
    for (const char* name : {"Signature", "Host", GetParam() == Form::Cavage ? "Digest" : "Content-Digest"}) {
        auto message = a_signed_delivery();
        message.headers.emplace_back(name, *single_field(message.headers, name));
        EXPECT_FALSE(receive(message, rsa_public())) << name;
    }
}

TEST_P(Verify, RefusesADigestThatIsNotCovered)
{
    auto message = a_delivery();
    message.body_digest.clear();
    auto received = signed_with(message, sign_request(message, k_key_id, rsa_key(), k_now, GetParam()));
    EXPECT_THAT(why(receive(received, rsa_public())), HasSubstr("must cover the digest"));

    received.body_digest = digest_of(k_body);
    received.headers.emplace_back("Digest", "SHA-256=" + digest_of(k_body));
    received.headers.emplace_back("Content-Digest", "sha-256=:" + digest_of(k_body) + ":");
    EXPECT_THAT(why(receive(received, rsa_public())), HasSubstr("must cover the digest"));
}

TEST_P(Verify, RefusesAKeyIdThatIsNoAddress)
{
    const auto message = a_delivery();

    EXPECT_THAT(why(receive(signed_with(message, sign_request(message, "not a url", rsa_key(), k_now, GetParam())),
                            rsa_public())),
                HasSubstr("key id"));
}

TEST_P(Verify, RefusesAnAlgorithmThatIsNotTheKeys)
{
    for (const char* name : {"hmac-sha256", "ed25519", "none", "rsa-sha1"}) {
        auto message = a_signed_delivery();
        auto parsed = *parse_signature(message.headers);
        parsed.algorithm = name;
        EXPECT_THAT(why(verify(message, parsed, rsa_public(), k_now, a_policy())),
                    HasSubstr("algorithm"))
            << name;
    }
}

TEST(VerifyRequest, SaysThatARequestIsNotSigned)
{
    const auto result = receive(a_delivery(), rsa_public());

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "The request is not signed.");
    EXPECT_FALSE(has_signature(a_delivery().headers));
}

TEST(VerifyRequest, TakesAnUnsignedQueryForFetchesOnly)
{
    for (const char* method : {"GET", "POST"}) {
        auto message = *outgoing_message(method, "https://b.example/u/bob", digest_of(k_body));
        auto received = signed_with(message, sign_request(message, k_key_id, rsa_key(), k_now));
        received.target += "?page=1";

        const auto result = receive(received, rsa_public());

        EXPECT_EQ(result.has_value(), method == std::string{"GET"});
        if (result) {
            EXPECT_TRUE(result->query_unsigned);
        }
    }
}

TEST(VerifyRequest, HoldsExpiryToTwelveHours)
{
    auto message = a_delivery();
    message = signed_with(message, sign_request(message, k_key_id, rsa_key(), k_now, Form::Rfc9421));
    auto parsed = *parse_signature(message.headers);
    parsed.expires = *parsed.created + 13 * 3600;
    EXPECT_THAT(verify(message, parsed, rsa_public(), k_now, a_policy()).error().message,
                HasSubstr("lives longer"));
    parsed.expires = *parsed.created - 1;
    EXPECT_THAT(verify(message, parsed, rsa_public(), k_now, a_policy()).error().message, HasSubstr("expired"));
}

TEST(VerifyRequest, TakesNoUnusableKeys)
{
    EXPECT_FALSE(key_from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
    EXPECT_FALSE(key_from_multibase("z6Mk"));
    const auto key = crypto::Ed25519Key::generate();
    EXPECT_TRUE(key_from_multibase(crypto::to_multikey(key.public_key())));
    EXPECT_TRUE(key_from_pem(rsa_key().public_key().to_pem()));
}

} // namespace kith::signatures
