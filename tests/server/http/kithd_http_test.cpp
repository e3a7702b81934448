// SPDX-License-Identifier: Apache-2.0
// What only the real program shows: its memory under attack, signals, and how systemd starts it.
#include "server/http/listen_socket.h"
#include "tests/server/http/raw_client.h"
#include "tests/support/kithd_process.h"
#include "tests/support/patience.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace kith::tests {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string k_live = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";

/// Resident memory of a process, in KiB.
long resident_kib(pid_t process)
{
    std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:"))
            return std::stol(line.substr(6));
    throw std::runtime_error("the process under test is gone");
}

/// Under a sanitizer memory is not what it costs.
constexpr bool k_memory_counts =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    false;
#else
    true;
#endif

std::vector<std::unique_ptr<RawClient>> connect_many(std::uint16_t port, int count)
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < count; ++i) {
        const auto source = "127.0.0." + std::to_string(2 + i % 100);
        clients.push_back(std::make_unique<RawClient>(port, source.c_str()));
    }
    return clients;
}

/// Reads one answer in the time that a person would call at once.
void expect_served(const KithdProcess& server)
{
    const auto start = std::chrono::steady_clock::now();
    RawClient other{server.port()};
    EXPECT_EQ(other.status_of(k_live), 200);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

} // namespace

TEST(KithdUnderAttack, FourThousandIdleConnectionsAreCheap)
{
    constexpr int k_count = 4000;
    KithdProcess server;
    expect_served(server);
    const auto before = resident_kib(server.id());

    const auto clients = connect_many(server.port(), k_count);
    for (const auto& client : clients)
        ASSERT_EQ(client->status_of(k_live), 200);

    const auto each = (resident_kib(server.id()) - before) * 1024 / k_count;
    RecordProperty("bytes_per_idle_connection", static_cast<int>(each));
    EXPECT_TRUE(each < 8 << 10 || !k_memory_counts) << each;
    expect_served(server);
}

TEST(KithdUnderAttack, HeadsAndBodiesThatNeverEndAreBounded)
{
    constexpr int k_count = 1000;
    KithdProcess server;
    expect_served(server);
    const auto before = resident_kib(server.id());

    const auto heads = connect_many(server.port(), k_count);
    for (const auto& client : heads)
        client->send("GET /" + std::string(15000, 'x'));
    expect_served(server);
    const auto after_heads = resident_kib(server.id());

    // 1000 × 1 MiB would be a gigabyte; all bodies together have 256 MiB.
    const auto bodies = connect_many(server.port(), k_count);
    const std::string body(1 << 20, 'x');
    for (const auto& client : bodies)
        client->send("POST /api/v1/statuses HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" + body.substr(1));
    expect_served(server);
    const auto after_bodies = resident_kib(server.id());

    RecordProperty("kib_for_heads", static_cast<int>(after_heads - before));
    RecordProperty("kib_for_bodies", static_cast<int>(after_bodies - after_heads));
    EXPECT_TRUE(after_heads - before < k_count * 40 || !k_memory_counts) << after_heads - before;
    EXPECT_TRUE(after_bodies - after_heads < 400 << 10 || !k_memory_counts) << after_bodies - after_heads;
}

TEST(KithdUnderAttack, ConnectionsAreCheapAgainAfterLargeRequests)
{
    constexpr int k_count = 2000;
    KithdProcess server;
    expect_served(server);
    const auto before = resident_kib(server.id());
    std::string request = "POST /no/such/place/" + std::string(3500, 'x') + "?" + std::string(3500, 'x') + " HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 90; ++i)
        request += "X-A: 1\r\n";
    request += "X-B: " + std::string(7000, 'x') + "\r\nContent-Length: 16000\r\n\r\n" + std::string(16000, 'x');

    const auto clients = connect_many(server.port(), k_count);
    for (const auto& client : clients)
        ASSERT_EQ(client->status_of(request), 404);

    const auto each = (resident_kib(server.id()) - before) * 1024 / k_count;
    RecordProperty("bytes_per_connection_after_a_large_request", static_cast<int>(each));
    EXPECT_TRUE(each < 8 << 10 || !k_memory_counts) << each;
    for (const auto& client : clients)
        ASSERT_EQ(client->status_of(k_live), 200) << "each is still open";
}

TEST(KithdUnderAttack, APipelinedFloodIsBoundedAndFair)
{
    KithdProcess server;
    expect_served(server);
    const auto before = resident_kib(server.id());
    RawClient flooding{server.port()};
    std::thread sender{[&] {
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += k_live;
        for (int i = 0; i < 100; ++i)
            flooding.send(many); // nobody reads the answers yet
    }};

    for (int i = 0; i < 50; ++i)
        expect_served(server);
    const auto grown = resident_kib(server.id()) - before;
    EXPECT_TRUE(grown < 8 << 10 || !k_memory_counts) << grown;
    for (int i = 0; i < 100000; ++i)
        ASSERT_EQ(flooding.read_answer().status, 200) << i;
    sender.join();
}

TEST(KithdTls, ReadsItsCertificateAgainOnHangUp)
{
    auto pattern = (fs::temp_directory_path() / "kith-hup-XXXXXX").string();
    const fs::path folder = ::mkdtemp(pattern.data());
    TestCa ca{folder}, other_ca{(fs::create_directory(folder / "other"), folder / "other")};
    const auto first = ca.issue("first", {"alpha.test"});
    KithdOptions options;
    options.domain = "alpha.test";
    options.certificate = first;
    options.ca_file = ca.certificate();
    KithdProcess server{options};
    const auto status_by = [&](const fs::path& authority) {
        auto target = server.client().target();
        target.ca_file = authority;
        try {
            return HttpClient{target}.get("/health/live").status;
        } catch (const std::runtime_error&) {
            return 0; // the certificate is not of this authority
        }
    };
    ASSERT_EQ(status_by(ca.certificate()), 200);
    ASSERT_EQ(status_by(other_ca.certificate()), 0);
    WebSocketClient old{server.sign_up("mira")};

    const auto second = other_ca.issue("second", {"alpha.test"});
    fs::copy_file(second.certificate, first.certificate, fs::copy_options::overwrite_existing);
    ::kill(server.id(), SIGHUP);
    EXPECT_TRUE(server.wait_for_log("The old certificate stays in use."));
    EXPECT_EQ(status_by(ca.certificate()), 200) << "certificate and key do not belong together";

    fs::copy_file(second.private_key, first.private_key, fs::copy_options::overwrite_existing);
    ::kill(server.id(), SIGHUP);
    EXPECT_TRUE(server.wait_for_log("The certificate was read again."));
    EXPECT_EQ(status_by(other_ca.certificate()), 200);
    EXPECT_EQ(status_by(ca.certificate()), 0);
    server.stop();
    EXPECT_FALSE(old.receive(5s));
    EXPECT_EQ(old.close_code(), 1001) << "the old connection lived on until the server said good-bye";
    fs::remove_all(folder);
}

TEST(KithdStop, SaysThatItIsNotReadyBeforeItRefusesAnybody)
{
    KithdOptions options;
    options.settings["KITH_SERVER_STOP_DELAY_MS"] = "3000";
    KithdProcess server{options};
    EXPECT_EQ(server.client().get("/health/ready").status, 200);

    ::kill(server.id(), SIGTERM);
    ASSERT_TRUE(server.wait_for_log("Stopping."));

    EXPECT_TRUE(eventually([&] { return server.client().get("/health/ready").status == 503; }, 2s));
    EXPECT_EQ(server.client().get("/health/live").status, 200);
    EXPECT_TRUE(server.wait_for_log("Stopped."));
    EXPECT_THROW(server.client().get("/health/live"), std::runtime_error);
}

namespace {

/// kithd as a service manager starts it: with a socket to report to.
class Service {
public:
    /// `shell`: what bash does; `$KITHD` is the program.
    Service(const std::string& shell, std::vector<std::string> settings)
    {
        auto pattern = (fs::temp_directory_path() / "kith-service-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
        m_notify = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        const auto path = (m_folder / "notify").string();
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        if (::bind(m_notify, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
            throw std::runtime_error("cannot bind the socket for notices");
        ChildProcess::Options options;
        options.pipes = true;
        options.merge_errors = true;
        options.dies_with_us = true;
        options.environment = std::move(settings);
        for (const char* more : {"PATH=/usr/bin:/bin", "KITHD=" KITH_TEST_KITHD, "KITH_SERVER_DOMAIN=alpha.test"})
            options.environment.emplace_back(more);
        options.environment.push_back("NOTIFY_SOCKET=" + path);
        options.environment.push_back("KITH_SERVER_DATA_DIR=" + (m_folder / "data").string());
        options.environment.push_back("KITH_TEST_FOLDER=" + m_folder.string());
        m_child = ChildProcess({"bash", "-c", shell}, options);
    }
    ~Service()
    {
        m_child.signal(SIGKILL);
        m_child.wait();
        ::close(m_notify);
        fs::remove_all(m_folder);
    }

    /// The next notice; "" when there is none.
    std::string notice()
    {
        pollfd wait{m_notify, POLLIN, 0};
        std::string text(200, '\0');
        if (::poll(&wait, 1, k_patience_ms) <= 0)
            return "";
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(::recv(m_notify, text.data(), text.size(), 0), 0)));
        return text;
    }
    /// SIGTERM, and what follows: the last notice, the exit status, and all that it wrote.
    void stop()
    {
        m_child.signal(SIGTERM);
        m_last_notice = notice();
        finish();
    }
    /// Its end, that it finds by itself.
    void finish()
    {
        while (const auto line = m_child.read_line())
            m_output += *line + "\n";
        m_status = m_child.wait();
    }
    const fs::path& folder() const { return m_folder; }
    const std::string& output() const { return m_output; }
    const std::string& last_notice() const { return m_last_notice; }
    int status() const { return m_status; }

private:
    fs::path m_folder;
    int m_notify = -1;
    ChildProcess m_child;
    std::string m_output;
    std::string m_last_notice;
    int m_status = -1;
};

} // namespace

TEST(KithdService, ServesThroughAUnixSocketAndReportsToItsManager)
{
    Service service{"export KITH_SERVER_LISTEN=unix:$KITH_TEST_FOLDER/http; exec $KITHD serve", {}};
    ASSERT_EQ(service.notice(), "READY=1");
    const auto path = service.folder() / "http";

    RawClient client{path};
    EXPECT_EQ(client.status_of(k_live), 200);
    service.stop();

    EXPECT_EQ(service.last_notice(), "STOPPING=1");
    EXPECT_EQ(service.status(), 0) << service.output();
    EXPECT_NE(service.output().find("unix:" + path.string()), std::string::npos) << service.output();
    EXPECT_FALSE(fs::exists(path));
}

TEST(KithdService, TakesTheSocketsThatItsManagerHandsOver)
{
    auto people = http::ListenSocket::on_address("127.0.0.1", 0), metrics = http::ListenSocket::on_address("127.0.0.1", 0);
    ASSERT_TRUE(people && metrics);
    const auto port = people->port(), metrics_port = metrics->port();
    const int inherited = ::fcntl(people->release(), F_DUPFD, 20), second = ::fcntl(metrics->release(), F_DUPFD, 20);

    Service service{"exec env LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=http:metrics $KITHD serve 3<&" + std::to_string(inherited) +
                        " 4<&" + std::to_string(second),
                    {"KITH_SERVER_LISTEN=127.0.0.1:1"}};
    ASSERT_EQ(service.notice(), "READY=1");

    RawClient client{port};
    EXPECT_EQ(client.status_of(k_live), 200);
    RawClient scraper{metrics_port};
    scraper.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(scraper.read_answer().body.find("kith_http"), std::string::npos);
    RawClient mistaken{metrics_port};
    EXPECT_EQ(mistaken.status_of(k_live), 404) << "that one has the metrics only";
    service.stop();
    EXPECT_EQ(service.status(), 0) << service.output();
    ::close(inherited);
    ::close(second);
}

TEST(KithdService, IgnoresSocketsThatAreForAnotherProcess)
{
    Service service{"export KITH_SERVER_LISTEN=unix:$KITH_TEST_FOLDER/http; LISTEN_PID=1 LISTEN_FDS=1 exec $KITHD serve", {}};

    ASSERT_EQ(service.notice(), "READY=1");
    RawClient client{service.folder() / "http"};
    EXPECT_EQ(client.status_of(k_live), 200);
}

TEST(KithdService, RefusesADescriptorThatIsNoSocket)
{
    Service service{"exec env LISTEN_PID=$$ LISTEN_FDS=1 $KITHD serve 3</dev/null", {}};
    service.finish();

    EXPECT_EQ(service.status(), 1);
    EXPECT_NE(service.output().find("not a stream socket that listens"), std::string::npos) << service.output();
}

TEST(KithdService, SaysThatItMayNotOpenEnoughFiles)
{
    Service service{"ulimit -n 200; export KITH_SERVER_LISTEN=unix:$KITH_TEST_FOLDER/http; exec $KITHD serve", {}};
    ASSERT_EQ(service.notice(), "READY=1");
    const auto clients = [&] {
        std::vector<std::unique_ptr<RawClient>> list;
        for (int i = 0; i < 150; ++i)
            list.push_back(std::make_unique<RawClient>(service.folder() / "http"));
        return list;
    }();

    EXPECT_EQ(clients.front()->status_of(k_live), 200);
    EXPECT_EQ(clients.back()->read_answer().status, 503) << "refused in good order";
    service.stop();
    EXPECT_NE(service.output().find("LimitNOFILE"), std::string::npos) << service.output();
}

} // namespace kith::tests
