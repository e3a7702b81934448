// SPDX-License-Identifier: Apache-2.0
// A minimal HTTP server on Beast alone, as its own asynchronous example has it: answers every GET with one file. Load runs
// measure it beside kithd, with the same client, body and number of threads.
//
//     bench_bare_beast --file BODY [--port 8081] [--threads 2]
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, const std::string& body) : m_stream(std::move(socket)), m_body(body)
    {
    }

    void read()
    {
        m_request = {};
        m_stream.expires_after(std::chrono::seconds{30});
        http::async_read(m_stream, m_buffer, m_request,
                         beast::bind_front_handler(&Session::write, shared_from_this()));
    }

private:
    void write(beast::error_code ec, std::size_t)
    {
        if (ec)
            return;
        m_response.emplace(http::status::ok, m_request.version());
        m_response->set(http::field::content_type, "application/json");
        m_response->keep_alive(m_request.keep_alive());
        m_response->body() = beast::span<const char>{m_body.data(), m_body.size()};
        m_response->prepare_payload();
        http::async_write(m_stream, *m_response,
                          beast::bind_front_handler(&Session::next, shared_from_this()));
    }
    void next(beast::error_code ec, std::size_t)
    {
        if (ec)
            return;
        if (m_response->keep_alive())
            read();
        else
            m_stream.socket().shutdown(tcp::socket::shutdown_send, ec);
    }

    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
    const std::string& m_body;
    http::request<http::string_body> m_request;
    std::optional<http::response<http::span_body<const char>>> m_response;
};

void accept(asio::io_context& context, tcp::acceptor& acceptor, const std::string& body)
{
    acceptor.async_accept(asio::make_strand(context), [&](beast::error_code ec, tcp::socket socket) {
        if (!ec) {
            socket.set_option(tcp::no_delay{true}, ec);
            std::make_shared<Session>(std::move(socket), body)->read();
        }
        accept(context, acceptor, body);
    });
}

} // namespace

int main(int argc, char** argv)
{
    std::string file;
    unsigned short port = 8081;
    int threads = 2;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--file")
            file = argv[i + 1];
        else if (option == "--port")
            port = static_cast<unsigned short>(std::atoi(argv[i + 1]));
        else if (option == "--threads")
            threads = std::atoi(argv[i + 1]);
    }
    std::ifstream input{file, std::ios::binary};
    if (!input || threads < 1) {
        std::fprintf(stderr, "usage: bench_bare_beast --file BODY [--port 8081] [--threads 2]\n");
        return 2;
    }
    const std::string body{std::istreambuf_iterator<char>{input}, {}};
    asio::io_context context{threads};
    tcp::acceptor acceptor{context, tcp::endpoint{asio::ip::address_v4::loopback(), port}};
    accept(context, acceptor, body);
    std::printf("%zu bytes on port %u, %d threads\n", body.size(),
                unsigned{acceptor.local_endpoint().port()}, threads);
    std::fflush(stdout);
    std::vector<std::thread> workers;
    for (int i = 1; i < threads; ++i)
        workers.emplace_back([&] { context.run(); });
    context.run();
    for (auto& worker : workers)
        worker.join();
    return 0;
}
