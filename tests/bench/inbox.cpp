// SPDX-License-Identifier: Apache-2.0
// Signed deliveries applied per second: a peer that delivers public posts of somebody whom an account follows, each with
// an RSA-2048 signature of its own, over connections that stay open. Beside it, how many signatures two cores check.
//
//     bench_inbox [DELIVERIES] [CONNECTIONS]
//
// Prints both: deliveries applied per second, signatures checked per second.
#include "tests/federation/peer.h"
#include "tests/federation/person.h"
#include "tests/support/kithd_process.h"
#include "tests/support/test_database.h"
#include "tests/support/tls_socket.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <thread>

namespace kith::tests {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// As it goes over the wire.
std::string bytes_of(const Delivery& delivery)
{
    std::string out = "POST " + delivery.path + " HTTP/1.1\r\n";
    for (const auto& [name, value] : delivery.headers)
        out += name + ": " + value + "\r\n";
    return out + "Content-Length: " + std::to_string(delivery.body.size()) + "\r\n\r\n" + delivery.body;
}

std::vector<std::string> sign_many(Peer& peer, const PeerActor& by, std::size_t count)
{
    std::vector<json::object> activities;
    for (std::size_t i = 0; i < count; ++i)
        activities.push_back(peer.activity("Create", by, peer.note(by, "Post " + std::to_string(i) + " of a load run")));
    std::vector<std::string> signed_ones(count);
    std::vector<std::thread> threads;
    constexpr std::size_t workers = 2;
    for (std::size_t worker = 0; worker < workers; ++worker)
        threads.emplace_back([&, worker] {
            for (std::size_t i = worker; i < count; i += workers)
                signed_ones[i] = bytes_of(Peer::signed_delivery(by, activities[i], "alpha.test"));
        });
    for (auto& thread : threads)
        thread.join();
    return signed_ones;
}

/// Sends one request and reads its answer, whose body is empty; the status.
int exchange(TlsSocket& socket, const std::string& request)
{
    socket.write(request);
    std::string answer;
    while (answer.find("\r\n\r\n") == std::string::npos)
        if (socket.read(answer, Clock::now() + std::chrono::seconds{30}) != TlsSocket::Read::data)
            return 0;
    return std::atoi(answer.c_str() + 9);
}

/// Each connection takes the next delivery until there is none; how many were accepted.
std::size_t deliver_all(const HttpTarget& target, const std::vector<std::string>& requests, std::size_t connections)
{
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> accepted{0};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < connections; ++i)
        threads.emplace_back([&] {
            TlsSocket socket{target};
            for (auto at = next++; at < requests.size(); at = next++)
                accepted += exchange(socket, requests[at]) == 202 ? 1U : 0U;
        });
    for (auto& thread : threads)
        thread.join();
    return accepted;
}

/// On two cores, and nothing else.
double checks_per_second(const PeerActor& by)
{
    const std::string text(300, 'x');
    const auto message = std::as_bytes(std::span{text});
    const auto signature = by.key.sign(message).value();
    const auto key = by.key.public_key();
    std::atomic<std::size_t> done{0};
    const auto start = Clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            std::size_t mine = 0;
            while (seconds_since(start) < 2.0)
                mine += key.verify(message, signature) ? 1U : 0U;
            done += mine;
        });
    for (auto& thread : threads)
        thread.join();
    return static_cast<double>(done) / seconds_since(start);
}

int run(std::size_t count, std::size_t connections)
{
    const TempDir folder;
    TestCa authority{folder.path()};
    Peer peer{authority, "evil.test"};
    const auto& mallory = peer.add_actor("mallory");
    KithdOptions options;
    options.domain = "alpha.test";
    options.certificate = authority.issue("alpha.test", {"alpha.test"});
    options.ca_file = authority.certificate();
    options.connect_to = {peer.connect_to()};
    options.settings["KITH_FETCH_ALLOW_ADDRESSES"] = "127.0.0.1/32";
    options.settings["KITH_RATE_LIMIT_ENABLED"] = "false";
    KithdProcess alpha{options};
    Person alice{alpha, "alice"};
    const auto id = alice.find("mallory@evil.test");
    alice.follow(id);
    const auto asked = peer.wait_for("Follow");
    if (Peer::signed_delivery(mallory, peer.activity("Accept", mallory, asked), "alpha.test").send(alpha.client()).status != 202)
        throw std::runtime_error("The follow was not accepted.");

    const auto requests = sign_many(peer, mallory, count);
    const auto start = Clock::now();
    const auto accepted = deliver_all(alpha.client().target(), requests, connections);
    const auto took = seconds_since(start);
    if (accepted != count)
        throw std::runtime_error(std::to_string(count - accepted) + " deliveries were not accepted.");
    // Accepted is not applied: all of them are there to be read.
    if (const auto posts = alice.account(id).at("statuses_count").to_number<std::size_t>(); posts != count)
        throw std::runtime_error("Of " + std::to_string(count) + " deliveries " + std::to_string(posts) + " were applied.");
    std::printf("%.0f %.0f\n", static_cast<double>(count) / took, checks_per_second(mallory));
    return 0;
}

} // namespace

} // namespace kith::tests

int main(int argc, char** argv)
{
    const auto number = [&](int at, int otherwise) { return static_cast<std::size_t>(argc > at ? std::atoi(argv[at]) : otherwise); };
    try {
        return kith::tests::run(number(1, 10000), number(2, 32));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
