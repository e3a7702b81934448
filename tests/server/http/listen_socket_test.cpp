// SPDX-License-Identifier: Apache-2.0
#include "server/http/listen_socket.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace kith::tests {

namespace fs = std::filesystem;
using http::ListenSocket;

namespace {

const std::string k_who = "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";

class Sockets : public testing::Test {
protected:
    Sockets()
    {
        auto pattern = (fs::temp_directory_path() / "kith-socket-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
        m_path = m_folder / "http";
    }
    ~Sockets() override { fs::remove_all(m_folder); }

    http::ListenerOptions on_path(std::vector<std::string> proxies = {}) const
    {
        auto options = on_loopback();
        options.unix_path = m_path;
        options.trusted_proxies = std::move(proxies);
        return options;
    }
    std::string error_of_path() const
    {
        const auto socket = ListenSocket::on_path(m_path);
        return socket ? "" : socket.error().message;
    }

    fs::path m_folder;
    fs::path m_path;
};

} // namespace

TEST_F(Sockets, ServesThroughAPathThatItsGroupMayUse)
{
    {
        TestServer server{on_path()};
        EXPECT_EQ(server.port(), 0);
        struct stat found { };
        ASSERT_EQ(::stat(m_path.c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777, 0660u);

        RawClient client{m_path};
        client.send(k_who + k_who);
        EXPECT_EQ(client.read_answer().body, "unix http") << "nobody is trusted unless named";
        EXPECT_EQ(client.read_answer().body, "unix http");
    }
    EXPECT_FALSE(fs::exists(m_path)) << "a stop takes the path away";
}

TEST_F(Sockets, BelievesAProxyOnThePathWhereItIsNamed)
{
    TestServer server{on_path({"unix"})};
    RawClient client{m_path};
    client.send(k_who);
    EXPECT_EQ(client.read_answer().body, "192.0.2.7 http");
}

TEST_F(Sockets, ReplacesWhatADeadServerLeft)
{
    const auto left = [this] {
        auto socket = ListenSocket::on_path(m_path);
        fs::create_hard_link(m_path, m_folder / "kept"); // what a crash leaves: nobody removes the path
        return 0;
    };
    left();
    fs::rename(m_folder / "kept", m_path);
    ASSERT_TRUE(fs::is_socket(m_path));

    TestServer server{on_path()};

    RawClient client{m_path};
    EXPECT_EQ(client.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST_F(Sockets, LeavesAloneWhatIsInUseOrNotASocket)
{
    {
        TestServer server{on_path()};
        EXPECT_NE(error_of_path().find("another program answers there"), std::string::npos);
        RawClient client{m_path};
        EXPECT_EQ(client.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200) << "it is still there";
    }
    std::ofstream{m_path} << "somebody's notes";
    EXPECT_NE(error_of_path().find("a file that is no socket"), std::string::npos);
    EXPECT_TRUE(fs::exists(m_path));
    m_path = m_folder / "absent" / "http";
    EXPECT_NE(error_of_path().find("folder does not exist"), std::string::npos);
    m_path = "/" + std::string(200, 'x');
    EXPECT_NE(error_of_path().find("107 bytes"), std::string::npos);
}

TEST_F(Sockets, DoesNotRemoveThePathOfItsSuccessor)
{
    auto old = ListenSocket::on_path(m_path);
    ASSERT_TRUE(old);
    fs::remove(m_path);
    auto successor = ListenSocket::on_path(m_path);
    ASSERT_TRUE(successor);

    old->remove_path();

    EXPECT_TRUE(fs::exists(m_path));
}

TEST_F(Sockets, ServesOnASocketThatWasHandedOver)
{
    auto bound = ListenSocket::on_address("127.0.0.1", 0);
    ASSERT_TRUE(bound);
    const auto port = bound->port();
    auto options = on_loopback();
    options.descriptor = bound->release();

    TestServer server{options};

    EXPECT_EQ(server.port(), port);
    RawClient client{port};
    EXPECT_EQ(client.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST_F(Sockets, TakesOverOnlyWhatListens)
{
    const auto refused = [](int descriptor) {
        const auto socket = ListenSocket::adopt(descriptor);
        ::close(descriptor);
        return !socket && socket.error().code == Errc::invalid;
    };
    EXPECT_TRUE(refused(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    EXPECT_TRUE(refused(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))) << "does not listen";
    EXPECT_TRUE(refused(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
    EXPECT_TRUE(refused(9999)) << "is not open";
}

TEST(ConnectionsPerAddress, AreBoundedByAddress)
{
    auto options = on_loopback();
    options.limits.connections_per_address = 2;
    TestServer server{options};
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    auto first = std::make_unique<RawClient>(server.port(), "127.0.0.2");
    RawClient second{server.port(), "127.0.0.2"};
    EXPECT_EQ(first->status_of(hello), 200);
    EXPECT_EQ(second.status_of(hello), 200);

    RawClient third{server.port(), "127.0.0.2"};
    EXPECT_EQ(third.read_answer().status, 503);
    RawClient other{server.port(), "127.0.0.3"};
    EXPECT_EQ(other.status_of(hello), 200) << "others are not concerned";

    first.reset();
    EXPECT_TRUE(eventually([&] {
        RawClient again{server.port(), "127.0.0.2"};
        return again.status_of(hello) == 200;
    }));
}

TEST(ConnectionsPerAddress, AreNotBoundedForProxiesAndWhoIsExempt)
{
    auto options = on_loopback();
    options.limits.connections_per_address = 1;
    options.trusted_proxies = {"127.0.0.2"};
    options.uncounted = {"127.0.0.3"};
    TestServer server{options};
    for (const char* address : {"127.0.0.2", "127.0.0.3"}) {
        RawClient first{server.port(), address}, second{server.port(), address}, third{server.port(), address};
        for (auto* client : {&first, &second, &third})
            EXPECT_EQ(client->status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200) << address;
    }
}

TEST(ConnectionsPerAddress, CountAWebSocketUntilItsEnd)
{
    auto options = on_loopback();
    options.limits.connections_per_address = 1;
    TestServer server{options};
    auto socket = std::make_unique<RawClient>(server.port());
    EXPECT_EQ(socket->status_of("GET /echo-socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
              101);

    RawClient refused{server.port()};
    EXPECT_EQ(refused.read_answer().status, 503);
    socket.reset();
    EXPECT_TRUE(eventually([&] {
        RawClient again{server.port()};
        return again.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") == 200;
    }));
}

} // namespace kith::tests
