// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/bytes.h"
#include "common/crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace kith::crypto {
namespace {

Bytes bytes_of(std::string_view text)
{
    return to_bytes(as_bytes(text));
}

TEST(Base64, AgreesWithTheRfc) // RFC 4648, 10
{
    const std::pair<const char*, const char*> cases[] = {{"", ""},         {"f", "Zg=="},     {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},  {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : cases) {
        EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
        EXPECT_EQ(from_base64(encoded).value(), bytes_of(plain)) << encoded;
    }
}

TEST(Base64, IsStrict)
{
    for (const auto* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9v\n", " Zm9v", "Zm_v", "Zm9v!", "=", "Z"})
        EXPECT_FALSE(from_base64(text)) << text;
    for (const auto* text : {"Zg==", "Zm+v", "Zm/v", "Z", "Zh", "Zm9v "})
        EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(Base64Url, UsesItsAlphabetWithoutPadding)
{
    const Bytes bytes{std::byte{0xFB}, std::byte{0xFF}};
    EXPECT_EQ(to_base64url(bytes), "-_8");
    EXPECT_EQ(from_base64url("-_8").value(), bytes);
    EXPECT_EQ(to_base64(bytes), "+/8=");
}

TEST(Hex, RoundTripsAndIsStrict)
{
    EXPECT_EQ(to_hex(as_bytes("\x01\xAB")), "01ab");
    EXPECT_EQ(from_hex("01AB").value(), bytes_of("\x01\xAB"));
    EXPECT_EQ(from_hex("").value(), Bytes{});
    for (const auto* text : {"0", "0g", "01 ", "0x01", "01:02"})
        EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Base58, AgreesWithTheMultibaseExamples) // the multibase specification's own test file
{
    EXPECT_EQ(to_base58btc(as_bytes("yes mani !")).value(), "z7paNL19xttacUY");
    EXPECT_EQ(to_base58btc(as_bytes(std::string_view{"\0yes mani !", 11})).value(), "z17paNL19xttacUY");
    EXPECT_EQ(to_base58btc(as_bytes(std::string_view{"\0\0yes mani !", 12})).value(), "z117paNL19xttacUY");
    EXPECT_EQ(from_base58btc("z117paNL19xttacUY").value(), bytes_of(std::string_view{"\0\0yes mani !", 12}));
    EXPECT_EQ(to_base58btc({}).value(), "z");
    EXPECT_EQ(from_base58btc("z").value(), Bytes{});
}

TEST(Base58, RefusesOtherAlphabetsAndLongInput)
{
    for (const auto* text : {"", "7paNL19xttacUY", "m7paN", "z0", "zO", "zI", "zl", "z7pa NL"})
        EXPECT_EQ(from_base58btc(text).error().code, Errc::malformed) << text;
    EXPECT_EQ(from_base58btc("z" + std::string(100'000, '2')).error().code, Errc::too_large);
    EXPECT_EQ(to_base58btc(Bytes(1025)).error().code, Errc::too_large);
    const Bytes longest(1024, std::byte{0xFF});
    EXPECT_EQ(from_base58btc(*to_base58btc(longest)).value(), longest);
}

TEST(Encodings, RoundTripEveryLength)
{
    ASSERT_TRUE(init());
    for (std::size_t size = 0; size < 70; ++size) {
        const auto bytes = random_bytes(size);
        EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
        EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
        EXPECT_EQ(from_base58btc(*to_base58btc(bytes)).value(), bytes);
    }
}

TEST(Random, GivesTokensThatDiffer)
{
    ASSERT_TRUE(init());
    std::set<std::string> tokens;
    for (int i = 0; i < 1000; ++i)
        tokens.insert(random_token());

    EXPECT_EQ(tokens.size(), 1000U);
    EXPECT_EQ(tokens.begin()->size(), 43U);
    for (int i = 0; i < 1000; ++i)
        EXPECT_LT(random_below(7), 7U);
}

} // namespace
} // namespace kith::crypto
