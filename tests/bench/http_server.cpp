// SPDX-License-Identifier: Apache-2.0
// server/http alone, as kithd uses it: router, access check, histogram and counter per request, but no database. Answers
// GET / with one file from memory. Load runs measure it beside bench_bare_beast, with the same bytes and threads.
//
//     bench_http --file BODY [--port 8082] [--threads 2]
#include "server/core/metrics.h"
#include "server/http/listener.h"

#include <boost/asio/io_context.hpp>

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace http = kith::http;

http::awaitable<kith::Result<http::Response>> answer(const std::string& body, http::Request&)
{
    co_return http::Response{200, "application/json", body};
}

void prepare(http::Router& router, const std::string& body, kith::metrics::Registry& registry)
{
    router.add(http::Method::get, "/", http::Access::anyone(), [&body](http::Request& request) { return answer(body, request); });
    auto& seconds_of_all = registry.histogram("bench_request_seconds", "Time to answer.");
    auto& answers = registry.counter("bench_responses_total", "Answers.");
    router.set_observer([&](const http::Router::Observation& seen) {
        seconds_of_all.observe(seen.seconds);
        answers.add();
    });
}

} // namespace

int main(int argc, char** argv)
{
    std::string file;
    http::ListenerOptions options;
    options.port = 8082;
    int threads = 2;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--file")
            file = argv[i + 1];
        else if (option == "--port")
            options.port = static_cast<std::uint16_t>(std::atoi(argv[i + 1]));
        else if (option == "--threads")
            threads = std::atoi(argv[i + 1]);
    }
    std::ifstream input{file, std::ios::binary};
    if (!input || threads < 1) {
        std::fprintf(stderr, "usage: bench_http --file BODY [--port 8082] [--threads 2]\n");
        return 2;
    }
    const std::string body{std::istreambuf_iterator<char>{input}, {}};
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    options.limits.compress_bytes = 1400;
    kith::metrics::Registry registry;
    http::Router router;
    prepare(router, body, registry);
    boost::asio::io_context context{threads};
    const auto listener = http::Listener::start(context.get_executor(), options, router);
    if (!listener) {
        std::fprintf(stderr, "%s\n", listener.error().message.c_str());
        return 1;
    }
    std::printf("%zu bytes on port %u, %d threads\n", body.size(), unsigned{(*listener)->port()}, threads);
    std::fflush(stdout);
    std::vector<std::thread> workers;
    for (int i = 1; i < threads; ++i)
        workers.emplace_back([&] { context.run(); });
    context.run();
    return 0;
}
