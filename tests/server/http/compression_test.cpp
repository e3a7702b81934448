// SPDX-License-Identifier: Apache-2.0
#include "server/http/caching.h"
#include "server/http/compression.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace kith::tests {

using http::Coding;

namespace {

std::string gunzip(const std::string& data)
{
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    std::string out(8 << 20, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int state = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return state == Z_STREAM_END && stream.avail_in == 0 ? out : "not gzip";
}

std::string unzstd(const std::string& data)
{
    std::string out(8 << 20, '\0');
    const auto size = ZSTD_decompress(out.data(), out.size(), data.data(), data.size());
    if (ZSTD_isError(size))
        return "not zstd";
    out.resize(size);
    return out;
}

/// Text that does not repeat itself too well, from a generator of its own.
std::string some_text(std::size_t size)
{
    std::string text;
    unsigned state = 1;
    while (text.size() < size) {
        state = state * 1103515245 + 12345;
        text += "word" + std::to_string(state >> 20) + (state % 7 == 0 ? ".\n" : " ");
    }
    text.resize(size);
    return text;
}

http::awaitable<Result<http::Response>> sized(http::Request& request)
{
    co_return http::text_response(200, some_text(std::stoul(request.param("size"))));
}
http::awaitable<Result<http::Response>> kept(http::Request&)
{
    co_return http::cacheable(http::text_response(200, some_text(3000)), http::KeptBy::anyone, std::chrono::seconds{60});
}
http::awaitable<Result<http::Response>> secret(http::Request&)
{
    auto response = http::text_response(200, some_text(3000));
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}
http::awaitable<Result<http::Response>> picture(http::Request&)
{
    co_return http::Response{200, "image/png", std::string(3000, 'x')};
}
http::awaitable<Result<http::Response>> consent(http::Request&)
{
    co_return http::html_response(200, some_text(3000));
}

class Compression : public testing::Test {
protected:
    Compression() : m_server(options(), add_routes) { }

    static http::ListenerOptions options()
    {
        auto options = on_loopback();
        options.limits.compress_bytes = 1000;
        return options;
    }
    static void add_routes(http::Router& router)
    {
        const auto get = http::Method::get;
        const auto anyone = http::Access::anyone();
        router.add(get, "/sized/:size", anyone, sized);
        router.add(get, "/kept", anyone, kept);
        router.add(get, "/secret", anyone, secret);
        router.add(get, "/picture", anyone, picture);
        router.add(get, "/oauth/consent", anyone, consent);
    }
    http::Response get(const std::string& path, const std::string& accept, const std::string& more = {})
    {
        RawClient client{m_server.port()};
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + (accept.empty() ? "" : "Accept-Encoding: " + accept + "\r\n") + more + "\r\n");
        return client.read_answer();
    }

    TestServer m_server;
};

} // namespace

TEST(ContentCoding, FollowsTheClientsWeights)
{
    const struct {
        const char* accept;
        Coding coding;
    } cases[]{
        {"", Coding::none},
        {"identity", Coding::none},
        {"br", Coding::none},
        {"gzip", Coding::gzip},
        {"GZIP", Coding::gzip},
        {"x-gzip", Coding::gzip},
        {"zstd", Coding::zstd},
        {"gzip, deflate, br, zstd", Coding::zstd},
        {"gzip;q=1.0, zstd;q=0.5", Coding::gzip},
        {"gzip;q=0.5, zstd;q=0.5", Coding::zstd},
        {"gzip;q=0", Coding::none},
        {"gzip ; q=0.000", Coding::none},
        {"gzip;q=0.001", Coding::gzip},
        {"zstd;q=0, gzip", Coding::gzip},
        {"*", Coding::zstd},
        {"*;q=0", Coding::none},
        {"gzip;q=0, *", Coding::zstd},
        {"zstd;q=0, *;q=0.1", Coding::gzip},
        {"gzip;q=2", Coding::none},
        {"gzip;q=", Coding::none},
        {"gzip;q=x", Coding::none},
        {"gzip;q=0.1234", Coding::none},
        {",,gzip,,", Coding::gzip},
        {"gzipped", Coding::none},
    };
    for (const auto& c : cases)
        EXPECT_EQ(http::choose_coding(c.accept), c.coding) << c.accept;
}

TEST_F(Compression, ComesOnlyOnRequestAndAboveTheSize)
{
    for (const std::size_t size : {1000, 65536, 65537, 1000000}) {
        const auto path = "/sized/" + std::to_string(size);
        const auto plain = get(path, "");
        const auto gzip = get(path, "gzip");
        const auto zstd = get(path, "zstd, gzip");

        EXPECT_EQ(plain.body, some_text(size));
        EXPECT_FALSE(plain.headers.find("Content-Encoding"));
        EXPECT_EQ(plain.headers.find("Vary"), "Accept-Encoding");
        EXPECT_EQ(gzip.headers.find("Content-Encoding"), "gzip");
        EXPECT_EQ(gzip.headers.find("Vary"), "Accept-Encoding");
        EXPECT_LT(gzip.body.size(), size);
        EXPECT_EQ(gunzip(gzip.body), plain.body);
        EXPECT_EQ(zstd.headers.find("Content-Encoding"), "zstd");
        EXPECT_EQ(unzstd(zstd.body), plain.body);
    }
    const auto small = get("/sized/999", "gzip");
    EXPECT_FALSE(small.headers.find("Content-Encoding"));
    EXPECT_FALSE(small.headers.find("Vary"));
}

TEST_F(Compression, LeavesAloneWhatIsNoTextOrMustNotBeMeasured)
{
    for (const char* path : {"/picture", "/secret", "/oauth/consent"})
        EXPECT_FALSE(get(path, "gzip, zstd").headers.find("Content-Encoding")) << path;
}

TEST_F(Compression, KeepsConditionalRequestsWorking)
{
    const auto plain = get("/kept", "");
    const auto zipped = get("/kept", "gzip");

    const std::string tag{*plain.headers.find("ETag")};
    EXPECT_EQ(zipped.headers.find("ETag"), "W/" + tag) << "other bytes are not the same thing, strongly";
    const auto again = get("/kept", "gzip", "If-None-Match: W/" + tag + "\r\n");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.headers.find("ETag"), "W/" + tag);
    EXPECT_EQ(again.headers.find("Vary"), "Accept-Encoding");
    EXPECT_EQ(again.headers.find("Cache-Control"), "public, max-age=60");
    EXPECT_FALSE(again.headers.find("Content-Length"));
    EXPECT_EQ(get("/kept", "", "If-None-Match: " + tag + "\r\n").status, 304);
}

TEST_F(Compression, GivesHeadTheSameHeader)
{
    RawClient client{m_server.port()};
    client.send("HEAD /sized/5000 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    const auto head = client.read_answer(true);
    const auto whole = get("/sized/5000", "gzip");

    EXPECT_EQ(head.headers.find("Content-Encoding"), "gzip");
    EXPECT_EQ(head.headers.find("Content-Length"), std::to_string(whole.body.size()));
}

} // namespace kith::tests
