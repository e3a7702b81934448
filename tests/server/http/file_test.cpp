// SPDX-License-Identifier: Apache-2.0
#include "server/http/open_file.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace kith::tests {

namespace fs = std::filesystem;

namespace {

class Files : public testing::Test {
protected:
    Files()
    {
        auto pattern = (fs::temp_directory_path() / "kith-files-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
        for (int i = 0; m_content.size() < 1000000; ++i)
            m_content += std::to_string(i) + ",";
        std::ofstream{m_folder / "large"} << m_content;
        std::ofstream{m_folder / "empty"};
        const auto add = [this](http::Router& router) {
            router.add(http::Method::get, "/files/:name", http::Access::anyone(), [this](http::Request& request) { return serve(request); });
        };
        m_server = std::make_unique<TestServer>(on_loopback(), add);
    }
    ~Files() override
    {
        m_server.reset();
        fs::remove_all(m_folder);
    }

    http::awaitable<Result<http::Response>> serve(http::Request& request)
    {
        http::FileOptions options;
        options.content_type = "video/mp4";
        options.cache_control = "public, max-age=31536000, immutable";
        co_return http::file_response(m_folder / request.param("name"), std::move(options));
    }
    http::Response get(const std::string& name, const std::string& fields = {}, const std::string& method = "GET")
    {
        RawClient client{m_server->port()};
        client.send(method + " /files/" + name + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        return client.read_answer(method == "HEAD");
    }

    fs::path m_folder;
    std::string m_content;
    std::unique_ptr<TestServer> m_server;
};

} // namespace

TEST_F(Files, AreSentWhole)
{
    const auto answer = get("large");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, m_content);
    EXPECT_EQ(answer.headers.find("Content-Type"), "video/mp4");
    EXPECT_EQ(answer.headers.find("Accept-Ranges"), "bytes");
    EXPECT_EQ(answer.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_TRUE(answer.headers.find("Last-Modified"));
    EXPECT_EQ(get("empty").status, 200);
    EXPECT_EQ(get("empty").body, "");
}

TEST_F(Files, GiveHeadTheLengthOnly)
{
    RawClient client{m_server->port()};
    client.send("HEAD /files/large HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");

    EXPECT_EQ(client.read_answer(true).headers.find("Content-Length"), std::to_string(m_content.size()));
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST_F(Files, AreSentInParts)
{
    const auto size = std::to_string(m_content.size());
    const auto middle = get("large", "Range: bytes=100-299999\r\n");
    EXPECT_EQ(middle.status, 206);
    EXPECT_EQ(middle.headers.find("Content-Range"), "bytes 100-299999/" + size);
    EXPECT_EQ(middle.body, m_content.substr(100, 299900));
    EXPECT_EQ(get("large", "Range: bytes=-5\r\n").body, m_content.substr(m_content.size() - 5));

    const auto beyond = get("large", "Range: bytes=" + size + "-\r\n");
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.headers.find("Content-Range"), "bytes */" + size);
    EXPECT_EQ(beyond.body, "");
    EXPECT_EQ(get("large", "Range: bytes=0-1,5-6\r\n").status, 200) << "several are answered whole";
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nRange: bytes=2-3\r\n").status, 200);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\n", "HEAD").status, 200) << "ranges are for GET";
}

TEST_F(Files, SendAPartOnlyOfWhatTheClientHasTheRestOf)
{
    const auto first = get("large");
    const std::string tag{*first.headers.find("ETag")}, date{*first.headers.find("Last-Modified")};

    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-Range: " + tag + "\r\n").status, 206);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-Range: W/" + tag + "\r\n").status, 200);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").status, 200);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-Range: " + date + "\r\n").status, 206);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n").status, 200);
    EXPECT_EQ(get("large", "Range: bytes=0-1\r\nIf-None-Match: " + tag + "\r\n").status, 304) << "conditions come first";
    EXPECT_EQ(get("large", "If-Match: \"other\"\r\n").status, 412);
}

TEST_F(Files, ThatAreNoneAreNotFound)
{
    fs::create_symlink(m_folder / "large", m_folder / "link");
    fs::create_directory(m_folder / "folder");
    ASSERT_EQ(::mkfifo((m_folder / "fifo").c_str(), 0600), 0);
    for (const char* name : {"absent", "link", "folder", "fifo"})
        EXPECT_EQ(get(name).status, 404) << name;
}

TEST_F(Files, ThatBecomeShorterEndTheConnection)
{
    // Larger than all the buffers between us, so that the server is still reading it when it shrinks.
    const std::uint64_t size = 64 << 20;
    std::ofstream{m_folder / "shrinking"};
    fs::resize_file(m_folder / "shrinking", size);
    RawClient client{m_server->port()};
    client.send("GET /files/shrinking HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_GE(client.read_bytes(1).size(), 1u);

    fs::resize_file(m_folder / "shrinking", 1000);

    EXPECT_LT(client.read_to_end().size(), size) << "it must not make up what is missing";
    RawClient next{m_server->port()};
    EXPECT_EQ(next.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

} // namespace kith::tests
