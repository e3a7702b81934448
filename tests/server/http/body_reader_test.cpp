// SPDX-License-Identifier: Apache-2.0
#include "server/http/body_reader.h"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

struct Outcome {
    std::string body;
    std::string rest;
    int refused = 0;
    bool done = false;
};

/// Gives the bytes in pieces of `size`, as a connection does: what was not used comes again with more behind it.
Outcome read_in_pieces(const Framing& framing, std::string_view bytes, std::size_t size, std::size_t limit = 1000)
{
    BodyReader reader;
    Outcome outcome;
    auto refusal = reader.start(framing, limit);
    while (!refusal && !reader.is_done() && !bytes.empty()) {
        outcome.rest += bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
        outcome.rest.erase(0, reader.read(outcome.rest, outcome.body, refusal));
    }
    outcome.rest += bytes;
    outcome.refused = refusal ? refusal->status : 0;
    outcome.done = !refusal && reader.is_done();
    return outcome;
}

Framing chunked()
{
    Framing framing;
    framing.chunked = true;
    return framing;
}

Framing plain(std::uint64_t length)
{
    Framing framing;
    framing.length = length;
    return framing;
}

} // namespace

TEST(BodyReader, ReadsTheSameHoweverItIsCut)
{
    const std::string body = "3;x=y ; z=\"w\"\r\nabc\r\n00A\r\n0123456789\r\n0;last\r\nTrailer-A: t\r\nX: \r\n\r\nGET /";
    for (std::size_t size = 1; size <= body.size(); ++size) {
        const auto outcome = read_in_pieces(chunked(), body, size);
        EXPECT_TRUE(outcome.done) << size;
        EXPECT_EQ(outcome.body, "abc0123456789") << size;
        EXPECT_EQ(outcome.rest, "GET /") << size;
    }
    for (std::size_t size = 1; size <= 10; ++size) {
        const auto outcome = read_in_pieces(plain(5), "helloGET /", size);
        EXPECT_TRUE(outcome.done) << size;
        EXPECT_EQ(outcome.body, "hello") << size;
        EXPECT_EQ(outcome.rest, "GET /") << size;
    }
}

TEST(BodyReader, IsDoneAtOnceWithoutABody)
{
    BodyReader reader;
    EXPECT_FALSE(reader.start(plain(0), 10));
    EXPECT_TRUE(reader.is_done());
}

TEST(BodyReader, HoldsToTheLimit)
{
    EXPECT_EQ(read_in_pieces(plain(1001), "", 1).refused, 413);
    EXPECT_TRUE(read_in_pieces(chunked(), "3E8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n", 64).done);
    EXPECT_EQ(read_in_pieces(chunked(), "3E8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", 64).refused, 413);
    EXPECT_EQ(read_in_pieces(chunked(), "3E9\r\n", 64).refused, 413) << "before its data come";
    EXPECT_EQ(read_in_pieces(chunked(), "FFFFFFFFFFFFFFFF\r\n", 64).refused, 413);
}

TEST(BodyReader, BoundsExtensionsAndTrailer)
{
    std::string extensions, fields;
    for (int i = 0; i < 200; ++i)
        extensions += "1;abcdefghij\r\nx\r\n";
    for (int i = 0; i < 33; ++i)
        fields += "X: y\r\n";
    const std::string long_field = "X: " + std::string(900, 'y') + "\r\n";
    for (const std::size_t size : {1, 7, 100000}) {
        EXPECT_EQ(read_in_pieces(chunked(), extensions + "0\r\n\r\n", size).refused, 400);
        EXPECT_EQ(read_in_pieces(chunked(), "1;" + std::string(5000, 'a'), size).refused, 400);
        EXPECT_EQ(read_in_pieces(chunked(), std::string(5000, '0'), size).refused, 400);
        EXPECT_EQ(read_in_pieces(chunked(), "0\r\n" + fields + "\r\n", size).refused, 431);
        EXPECT_EQ(read_in_pieces(chunked(), "0\r\n" + long_field + long_field + long_field + long_field + long_field + "\r\n", size).refused, 431);
        EXPECT_EQ(read_in_pieces(chunked(), "0\r\nX: " + std::string(5000, 'y'), size).refused, 400) << "one line without an end";
    }
}

} // namespace kith::http
