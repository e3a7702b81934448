// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/stream_seal.h"

#include "common/crypto/random.h"
#include "common/crypto/seal.h"

#include <gtest/gtest.h>

namespace kith::crypto {

namespace {

class StreamSeal : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto sealer = StreamSealer::create(key);
        ASSERT_TRUE(sealer);
        header = to_bytes(sealer->header());
        pieces.push_back(sealer->seal(as_bytes("one"), LastPiece::No, as_bytes("head")));
        pieces.push_back(sealer->seal(as_bytes("two"), LastPiece::No));
        pieces.push_back(sealer->seal(as_bytes("three"), LastPiece::Yes));
    }

    StreamOpener opener() const { return StreamOpener::create(key, header).value(); }

    Secret key = Secret::random(k_key_bytes);
    Bytes header;
    std::vector<Bytes> pieces;
};

} // namespace

TEST_F(StreamSeal, OpensPieceByPieceAndKnowsTheLast)
{
    auto reader = opener();
    const auto first = reader.open(pieces[0], as_bytes("head"));
    ASSERT_TRUE(first);
    EXPECT_EQ(as_text(first->bytes), "one");
    EXPECT_EQ(first->last, LastPiece::No);
    EXPECT_EQ(reader.open(pieces[1])->last, LastPiece::No);
    const auto third = reader.open(pieces[2]);
    EXPECT_EQ(as_text(third->bytes), "three");
    EXPECT_EQ(third->last, LastPiece::Yes);
}

TEST_F(StreamSeal, NoticesEveryChangedBit)
{
    for (std::size_t bit = 0; bit < pieces[0].size() * 8; ++bit) {
        auto changed = pieces[0];
        changed[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
        EXPECT_FALSE(opener().open(changed, as_bytes("head"))) << bit;
    }
}

TEST_F(StreamSeal, NoticesPiecesThatAreLeftOutMovedOrDoubled)
{
    EXPECT_FALSE(opener().open(pieces[1]));
    auto reader = opener();
    ASSERT_TRUE(reader.open(pieces[0], as_bytes("head")));
    EXPECT_FALSE(reader.open(pieces[2]));
    auto again = opener();
    ASSERT_TRUE(again.open(pieces[0], as_bytes("head")));
    EXPECT_FALSE(again.open(pieces[0], as_bytes("head")));
}

TEST_F(StreamSeal, NoticesAnotherHeadKeyAndLength)
{
    EXPECT_FALSE(opener().open(pieces[0], as_bytes("other")));
    EXPECT_FALSE(opener().open({}, as_bytes("head")));
    EXPECT_FALSE(opener().open(ByteView{pieces[0]}.first(10), as_bytes("head")));
    EXPECT_FALSE(StreamOpener::create(Secret::random(k_key_bytes), header)->open(pieces[0], as_bytes("head")));
    EXPECT_FALSE(StreamSealer::create(Secret::random(5)));
    EXPECT_FALSE(StreamOpener::create(key, ByteView{header}.first(3)));
}

} // namespace kith::crypto
