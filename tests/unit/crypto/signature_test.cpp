// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/ed25519.h"
#include "common/crypto/random.h"
#include "common/crypto/rsa.h"

#include "tests/support/vectors.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

// Made with the openssl command for this test; the private halves were thrown away.
constexpr std::string_view k_message = "a signed message";
constexpr std::string_view k_public_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtXV4sGjMkwhBd7V3/PYd\n"
    "VF8YuMUdzDXSZ0ATJgtdv5ks4ScmBlii16huz5CA3QXDUmC4N2NDItAIUYFhgwmK\n"
    "PqBAN2BUVtSh16prxHyPn6p6BslKV9iOCdqFanzoaNEm1T4G5Ccrw6Vi1F7xg0fz\n"
    "nVdY0xKZaVdSslijuuOufE9iYXn+GFMnNS0Bq1AVk4wC9EA528cJwrnKAAJ/G6pQ\n"
    "j5XXRQhQEYNgmwRGksfRiUjwXEhwxKA5xmNAejDbapyLulOD5LL5af2oZDuULk/s\n"
    "BE/dIHYoUb31FRUI1USZLQhDHrPaUOlgRyyQp78eNlVamaqDxbD4KNr68XKK8776\n"
    "5QIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view k_public_pkcs1_pem =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEAtXV4sGjMkwhBd7V3/PYdVF8YuMUdzDXSZ0ATJgtdv5ks4ScmBlii\n"
    "16huz5CA3QXDUmC4N2NDItAIUYFhgwmKPqBAN2BUVtSh16prxHyPn6p6BslKV9iO\n"
    "CdqFanzoaNEm1T4G5Ccrw6Vi1F7xg0fznVdY0xKZaVdSslijuuOufE9iYXn+GFMn\n"
    "NS0Bq1AVk4wC9EA528cJwrnKAAJ/G6pQj5XXRQhQEYNgmwRGksfRiUjwXEhwxKA5\n"
    "xmNAejDbapyLulOD5LL5af2oZDuULk/sBE/dIHYoUb31FRUI1USZLQhDHrPaUOlg\n"
    "RyyQp78eNlVamaqDxbD4KNr68XKK87765QIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";
constexpr std::string_view k_sha256_signature =
    "lPBBtt/Tkc0suX7YyylGNfQea6QFZ98vzu7AlNQ+XqLpGpmc0saqd3aohrosNq/L42rFdPAg0GuVo8DfXKbeNJgO7eFKTiYKUdTB"
    "dUeAYBnrYwQXnj+/yrWYk9IvQS/mmPwrk+1phqizjkCqZgqHN7+9lGJrU4YoeE1w3OdCG0KkaQL+XKX+vev/YKO8xsq4LQQMyKYp"
    "3gJ5xF6dNUOcWsAiRnbZ/B/9bMQYtsAlZMh366MuElF3pLBEqMdDFMvuqSYGkl3wMs8atHLxP53vY9moTGOZEAdnFbm3G5PAWy4r"
    "59BKcqwtISjbd1Cw0uZMlS3yVqT/GZgofeymUo20Gw==";
constexpr std::string_view k_sha512_signature =
    "oanROtfahN+N2qQluR7as5Puuhqzm6zkl/Un1y09Ak3e4k3Kb7Ekk90WMbUIBshT+f3qZk+ptmr5Xh3hlZYSnOSoGSxpR5nZZtP5"
    "tgJrY4NKH2TMNBXz+SXIF08Rp3o0OZvS72mx6PxnFAoBQ+hkNN+hTsAWbLSD7RNkBKyIuvfDRUbuY5RVR15MiscHe7NDQM1Zz9wX"
    "pT9MB7gy4Z50fty2OdN0gRLThDUFvxXq6qwmQbYinIftHUGpzsTAXCIfnGjeOb4gFo/iD6qIFT3Dh0d32Uc78bSmTnmUr2eLSAbw"
    "oF8pvczSlg7HZDADfpPdutkDyedhCO9MSOWXHKAXXw==";
constexpr std::string_view k_small_pem = // 1,024 bits
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCv1MLiZPn440iPTuJwPew8To1k\n"
    "QCbhB/Pbcp6MQiTZHsA/jiK7Yn78DNthVXwUqT1Oyamyr8sxIjwRxm+JgYITMWYi\n"
    "SlbMO3E1LVyaHs8stEEElTYqo1bS1PYZlBTgnHhoqPImZ85Zz5TNuaDfvdi7CQZZ\n"
    "d+yuwRVGt/NkdUsZEQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view k_small_private = // 1,024 bits, PKCS#8
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANU6SsUo3Bs0gQALFRkiJWm9vw78uBWQmgyMMJo9MsP7V0YF+WoV"
    "RQgwzPYTwjIT4abnI//OmMf7+h3hr6dXnJV50UZehWOeHAHlINyXwtw2gcrQmu3pgfWoXa3nPfmJ6kJ+ZJNB0/UydDP5B8kJdb7D"
    "/iVLO+HX9zXaFU8i0a0jAgMBAAECgYAUpM0iY39T3vRyVaBYS5cFssoxoEQOSm6vsk7uT+h/UvEzJVbtb1u8nETruiP+BzC8oPo6"
    "RP1Dt2CSzgvcjr3pCYuMrXbJIImuvr8/nSY26smyPAc1y0Rf5BfRzkUm+wuCsk7skxgLOmQu28GV8IQ5MIB66M9U/8qMQvTv1f3E"
    "QQJBAPiQJJDsPII2oUNnnXWFZtleUtWc9laO8fpTq6yp/rzc6xYgetTLleUpTMIhcvroMFmIGR0CtSVZuJvvJ56CxSECQQDbm3/u"
    "dk9IAK5IJ3WV9h9s2VnP7JW2xTbmvOkCLM2QeMuSpTb3uEVhu1blivaNUNiqOOfbV2bpv0HfU4Mv/+XDAkEA5SMEAnE0aplv2hJn"
    "rlHW+SUh2XgEAtFtsmV1iguAIJzLPq+cbBRtTz7eWsu5EiH/iFmVRRAc65ylOWKjNFW64QJABbThuymZ384cuUVFOfNeV67CNbP5"
    "I/m19oL8LxFI+jMZXyMp7X/9VY/Pr0FQLNXn+2xlIf8AbpyIsqvx4cJtjwJANgE3NOdtqBp7DUGUeClqEpwkaLxttJjgJehlwyUO"
    "JOMkxP7hC0GCYDIFwTSVx7YSJsshSssUIZ+xoiN6wkZeNw==";
constexpr std::string_view k_ed25519_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAxDtoIQ+XUZwYAVVYRCe5EYY706fa9pT+vO6UMzMCNko=\n"
    "-----END PUBLIC KEY-----\n";

Bytes hex(std::string_view text)
{
    return *from_hex(text);
}

struct Rfc8032Case {
    std::string_view seed, public_key, message, signature;
};
// RFC 8032, 7.1, tests 1 to 3
constexpr Rfc8032Case k_rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"}};

TEST(Ed25519, AgreesWithTheRfc)
{
    for (const auto& known : k_rfc8032) {
        const auto key = Ed25519Key::from_seed(hex(known.seed));
        ASSERT_TRUE(key);
        const auto signature = key->sign(hex(known.message));

        EXPECT_EQ(to_hex(key->public_key()), known.public_key);
        EXPECT_EQ(to_hex(signature), known.signature);
        EXPECT_TRUE(ed25519_verify(key->public_key(), hex(known.message), signature));
        EXPECT_EQ(to_hex(key->seed().view()), known.seed);
    }
}

TEST(Ed25519, RefusesChangedMessagesSignaturesAndWeakKeys)
{
    const auto key = Ed25519Key::generate();
    const auto signature = key.sign(as_bytes("text"));
    auto changed = signature;
    changed[63] ^= std::byte{0x80};

    EXPECT_TRUE(ed25519_verify(key.public_key(), as_bytes("text"), signature));
    EXPECT_FALSE(ed25519_verify(key.public_key(), as_bytes("Text"), signature));
    EXPECT_FALSE(ed25519_verify(key.public_key(), as_bytes("text"), changed));
    EXPECT_FALSE(ed25519_verify(Ed25519Key::generate().public_key(), as_bytes("text"), signature));
    EXPECT_FALSE(ed25519_verify(ByteView{key.public_key()}.first(31), as_bytes("text"), signature));
    EXPECT_FALSE(ed25519_verify(key.public_key(), as_bytes("text"), ByteView{signature}.first(63)));
    // The neutral point as key and as R, with S = 0, satisfies the equation for every message.
    Bytes neutral(32);
    neutral[0] = std::byte{1};
    Bytes forged = neutral;
    forged.resize(64);
    EXPECT_FALSE(ed25519_verify(neutral, as_bytes("text"), forged));
    EXPECT_EQ(Ed25519Key::from_seed(Bytes(31)).error().code, Errc::malformed);
}

TEST(Multikey, RoundTripsAndRefusesOtherKeys)
{
    const auto key = Ed25519Key::generate().public_key();
    EXPECT_EQ(ed25519_from_multikey(to_multikey(key)).value(), key);
    EXPECT_TRUE(to_multikey(key).starts_with("z6Mk"));

    EXPECT_FALSE(ed25519_from_multikey(""));
    EXPECT_FALSE(ed25519_from_multikey("z6Mk"));
    EXPECT_FALSE(ed25519_from_multikey(*to_base58btc(Bytes(34))));
    EXPECT_FALSE(ed25519_from_multikey(to_multikey(key) + "1"));
    EXPECT_FALSE(ed25519_from_multikey(to_multikey(key).substr(1)));
}

TEST(Multikey, ReadsTheKeyOfFep8b32)
{
    KITH_NEEDS_VECTORS();
    const auto suite = tests::read_json_vector("integrity/eddsa-jcs-2022.json");
    for (const auto& [id, key] : suite.at("keys").as_object()) {
        const auto text = find_string(key, "publicKeyMultibase");
        const auto raw = find_string(key, "public_raw_hex");
        if (!text || !raw)
            continue;
        EXPECT_EQ(to_hex(ed25519_from_multikey(*text).value()), *raw) << id;
    }
}

TEST(Rsa, VerifiesWhatOpensslSigned)
{
    for (const auto pem : {k_public_pem, k_public_pkcs1_pem}) {
        const auto key = RsaPublicKey::from_pem(pem);
        ASSERT_TRUE(key);
        const auto sha256 = *from_base64(k_sha256_signature);
        const auto sha512 = *from_base64(k_sha512_signature);

        EXPECT_EQ(key->bits(), 2048U);
        EXPECT_EQ(key->to_pem(), k_public_pem);
        EXPECT_TRUE(key->verify(as_bytes(k_message), sha256));
        EXPECT_TRUE(key->verify(as_bytes(k_message), sha512, RsaHash::sha512));
        EXPECT_FALSE(key->verify(as_bytes(k_message), sha256, RsaHash::sha512));
        EXPECT_FALSE(key->verify(as_bytes(k_message), sha512));
        EXPECT_FALSE(key->verify(as_bytes("another message"), sha256));
        EXPECT_FALSE(key->verify(as_bytes(k_message), {}));
        EXPECT_FALSE(key->verify(as_bytes(k_message), Bytes(256)));
        EXPECT_FALSE(key->verify(as_bytes(k_message), Bytes(100'000, std::byte{7})));
    }
}

TEST(Rsa, SignsAndIsStoredAndReadAgain)
{
    const auto key = RsaPrivateKey::generate();
    ASSERT_TRUE(key);
    const auto again = RsaPrivateKey::from_der(key->to_der()->view());
    ASSERT_TRUE(again);
    const auto published = RsaPublicKey::from_pem(key->public_key().to_pem());
    ASSERT_TRUE(published);

    for (const auto hash : {RsaHash::sha256, RsaHash::sha512}) {
        const auto signature = again->sign(as_bytes(k_message), hash);
        ASSERT_TRUE(signature);
        EXPECT_EQ(*signature, *key->sign(as_bytes(k_message), hash)) << "PKCS#1 v1.5 is deterministic";
        EXPECT_TRUE(published->verify(as_bytes(k_message), *signature, hash));
    }
    EXPECT_FALSE(published->verify(as_bytes(k_message), *from_base64(k_sha256_signature)));
    EXPECT_EQ(published->to_pem().find("PRIVATE"), std::string::npos);
}

TEST(Rsa, PrivateKeysDoNotLeaveAsPublicOnes)
{
    const auto pem = RsaPrivateKey::generate()->public_key().to_pem();
    EXPECT_TRUE(pem.starts_with("-----BEGIN PUBLIC KEY-----"));
    EXPECT_LT(pem.size(), 500U);
}

TEST(Rsa, RefusesSmallKeys)
{
    EXPECT_EQ(RsaPublicKey::from_pem(k_small_pem).error().code, Errc::invalid);
    EXPECT_EQ(RsaPrivateKey::from_der(*from_base64(k_small_private)).error().code, Errc::invalid);
}

TEST(Rsa, RefusesWhatIsNotAnRsaKey)
{
    const auto cut = k_public_pem.substr(0, 200);
    const std::string changed = std::string{k_public_pem}.replace(60, 4, "!!!!");
    const std::string huge =
        "-----BEGIN PUBLIC KEY-----\n" + std::string(1'000'000, 'A') + "\n-----END PUBLIC KEY-----\n";
    for (const std::string_view pem : {std::string_view{}, std::string_view{"key"}, k_ed25519_pem, cut,
                                       std::string_view{changed}, std::string_view{huge},
                                       std::string_view{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"},
                                       std::string_view{"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"}})
        EXPECT_EQ(RsaPublicKey::from_pem(pem).error().code, Errc::malformed) << pem.substr(0, 80);
    EXPECT_EQ(RsaPrivateKey::from_der({}).error().code, Errc::malformed);
    EXPECT_EQ(RsaPrivateKey::from_der(as_bytes("not DER at all")).error().code, Errc::malformed);
}

TEST(Rsa, ReadsPemWithWindowsLineEndsAndBlankLines)
{
    std::string pem{"\r\n"};
    for (const char c : k_public_pem)
        pem += c == '\n' ? std::string{"\r\n"} : std::string{c};
    EXPECT_TRUE(RsaPublicKey::from_pem(pem));
}

} // namespace
} // namespace kith::crypto
