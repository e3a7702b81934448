// SPDX-License-Identifier: Apache-2.0
// Opens many idle WebSockets to one kithd and sends one public post: what each costs in memory, and how long the post
// takes to reach the last of them. Plain HTTP on loopback, several source addresses, one thread.
//
//     bench_sockets --port PORT --pid PID --token TOKEN [--token TOKEN …] [--sockets 10000] [--addresses 4]
//                   [--stream public]
//
// The first token posts. Prints one line of JSON: sockets, KiB per socket above idle, milliseconds from the post's
// answer to the last socket, and from sending it; and how long as many bare sends and reads of the same bytes take.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct Options {
    std::uint16_t port = 0;
    int pid = 0;
    int sockets = 10000;
    int addresses = 4;
    std::string stream = "public";
    std::vector<std::string> tokens;
};

[[noreturn]] void give_up(const std::string& why)
{
    std::fprintf(stderr, "bench_sockets: %s\n", why.c_str());
    std::exit(1);
}

Options parse(int argc, char** argv)
{
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--port")
            options.port = static_cast<std::uint16_t>(std::stoi(value));
        else if (name == "--pid")
            options.pid = std::stoi(value);
        else if (name == "--sockets")
            options.sockets = std::stoi(value);
        else if (name == "--addresses")
            options.addresses = std::stoi(value);
        else if (name == "--stream")
            options.stream = value;
        else if (name == "--token")
            options.tokens.push_back(value);
        else
            give_up("unknown option " + std::string{name});
    }
    if (options.port == 0 || options.pid == 0 || options.tokens.empty())
        give_up("usage: bench_sockets --port PORT --pid PID --token TOKEN [--sockets N] "
                "[--addresses N] [--stream NAME]");
    return options;
}

long resident_kib(int pid)
{
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:"))
            return std::stol(line.substr(6));
    give_up("the server is gone");
}

/// Connects from 127.0.0.(2 + number): one address has only so many ports.
int connect_from(const Options& options, int number)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        give_up("no file descriptor left; raise ulimit -n");
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr =
        htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(number % options.addresses));
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(options.port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
        ::connect(socket, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
        give_up("cannot connect");
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

void send_all(int socket, std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            give_up("cannot send");
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// To the end of the header, a byte at a time: nothing behind it is taken.
std::string read_head(int socket)
{
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n")) {
        if (::recv(socket, &byte, 1, 0) != 1)
            give_up("no answer: " + head);
        head += byte;
    }
    return head;
}

struct Socket {
    int descriptor = -1;
    bool reached = false;
};

std::vector<Socket> open_all(const Options& options)
{
    std::vector<Socket> sockets(static_cast<std::size_t>(options.sockets));
    constexpr std::size_t wave = 100; // as many handshakes are under way at once
    for (std::size_t from = 0; from < sockets.size(); from += wave) {
        const auto to = std::min(from + wave, sockets.size());
        for (auto i = from; i < to; ++i) {
            sockets[i].descriptor = connect_from(options, static_cast<int>(i));
            send_all(
                sockets[i].descriptor,
                "GET /api/v1/streaming?stream=" + options.stream +
                    " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
                    "Authorization: Bearer " +
                    options.tokens[i % options.tokens.size()] + "\r\n\r\n");
        }
        for (auto i = from; i < to; ++i)
            if (const auto head = read_head(sockets[i].descriptor);
                !head.starts_with("HTTP/1.1 101 "))
                give_up("refused: " + head);
    }
    return sockets;
}

/// Sends the post; the moment of its answer, and the id in it.
std::string post(const Options& options, const std::string& text, Clock::time_point& answered)
{
    const int socket = connect_from(options, 0);
    const auto body = "status=" + text;
    send_all(socket, "POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nConnection: "
                     "close\r\nAuthorization: Bearer " +
                         options.tokens.front() + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto head = read_head(socket);
    answered = Clock::now();
    if (!head.starts_with("HTTP/1.1 200 "))
        give_up("not posted: " + head);
    ::close(socket);
    return head;
}

/// The moment at which the last socket has the text. `frame`: how many bytes came with it.
Clock::time_point wait_for_all(std::vector<Socket>& sockets, int poll, const std::string& text, std::size_t& frame)
{
    std::vector<epoll_event> events(1024);
    std::vector<char> buffer(64 << 10);
    std::size_t left = sockets.size();
    const auto deadline = Clock::now() + 30s;
    while (left > 0) {
        const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 1000);
        for (int i = 0; i < count; ++i) {
            auto& socket = sockets[events[static_cast<std::size_t>(i)].data.u64];
            const auto got = ::recv(socket.descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (got == 0)
                give_up("a socket was closed");
            // Frames here are far smaller than what one read takes; a ping has no text.
            if (got > 0 && !socket.reached &&
                std::string_view{buffer.data(), static_cast<std::size_t>(got)}.find(text) !=
                    std::string_view::npos) {
                socket.reached = true;
                frame = static_cast<std::size_t>(got);
                --left;
            }
        }
        if (Clock::now() > deadline)
            give_up(std::to_string(left) + " sockets were not reached");
    }
    return Clock::now();
}

double ms(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// What the machine itself needs: so many sends of so many bytes over one connection of loopback, each read at once.
double ms_of_bare_sends(std::size_t count, std::size_t bytes)
{
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    const int from = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listening, reinterpret_cast<const sockaddr*>(&here), size) != 0 || ::listen(listening, 1) != 0 ||
        ::getsockname(listening, reinterpret_cast<sockaddr*>(&here), &size) != 0 ||
        ::connect(from, reinterpret_cast<const sockaddr*>(&here), size) != 0)
        give_up("cannot connect to itself");
    const int to = ::accept(listening, nullptr, nullptr);
    const int yes = 1;
    ::setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::string frame(bytes, 'x');
    std::string arrived(bytes, '\0');
    const auto start = Clock::now();
    for (std::size_t i = 0; i < count; ++i) {
        send_all(from, frame);
        if (::recv(to, arrived.data(), bytes, MSG_WAITALL) != static_cast<ssize_t>(bytes))
            give_up("cannot read what it sent itself");
    }
    const auto took = ms(Clock::now() - start);
    for (const int socket : {listening, from, to})
        ::close(socket);
    return took;
}

} // namespace

int main(int argc, char** argv)
{
    const auto options = parse(argc, argv);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);

    const auto idle = resident_kib(options.pid);
    const auto started = Clock::now();
    auto sockets = open_all(options);
    const auto opened = Clock::now();
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i].descriptor, &event);
    }
    std::this_thread::sleep_for(2s); // what opening needed for a moment is given back
    const auto open = resident_kib(options.pid);

    std::size_t frame = 0;
    double worst = 0;
    double worst_whole = 0;
    for (int round = 0; round < 3; ++round) {
        const auto text = "for-all-sockets-" + std::to_string(round);
        for (auto& socket : sockets)
            socket.reached = false;
        Clock::time_point answered;
        const auto sent = Clock::now();
        std::thread poster{[&] { post(options, text, answered); }};
        const auto last = wait_for_all(sockets, poll, text, frame);
        poster.join();
        worst = std::max(worst, ms(last - answered));
        worst_whole = std::max(worst_whole, ms(last - sent));
    }
    const auto after = resident_kib(options.pid);
    const auto each = [&](long kib) {
        return static_cast<double>(kib - idle) / static_cast<double>(sockets.size());
    };
    std::printf(
        "{\"sockets\": %zu, \"idle_mib\": %.1f, \"opened_s\": %.2f, \"kib_each\": %.2f, "
        "\"kib_each_after_posts\": %.2f, \"ms_after_answer\": %.0f, \"ms_after_sending\": %.0f, \"ms_bare\": %.1f}\n",
        sockets.size(), static_cast<double>(idle) / 1024,
        std::chrono::duration<double>(opened - started).count(), each(open), each(after), worst, worst_whole,
        ms_of_bare_sends(sockets.size(), frame));
    return 0;
}
