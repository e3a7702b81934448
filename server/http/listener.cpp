// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener.h"

#include "server/http/client_key.h"
#include "server/http/listen_socket.h"
#include "server/http/serve.h"
#include "server/http/tls_context.h"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace kith::http {

namespace asio = boost::asio;

namespace {

/// A strand on the io_context itself where that is what the executor is: one type erasure less on every step.
asio::any_io_executor make_strand_on(const asio::any_io_executor& executor)
{
    if (const auto* context = executor.target<asio::io_context::executor_type>())
        return asio::make_strand(*context);
    return asio::make_strand(executor);
}

/// An accepted socket's other end; nothing for a Unix socket.
PeerAddress peer_address(const PlainStream& socket, boost::system::error_code& ec)
{
    const auto endpoint = socket.remote_endpoint(ec);
    if (ec)
        return std::nullopt;
    const auto* raw = endpoint.data();
    if (raw->sa_family == AF_INET) {
        asio::ip::address_v4::bytes_type bytes;
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(raw)->sin_addr, bytes.size());
        return asio::ip::address_v4{bytes};
    }
    if (raw->sa_family == AF_INET6) {
        asio::ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(raw)->sin6_addr, bytes.size());
        return asio::ip::address_v6{bytes};
    }
    return std::nullopt;
}

asio::generic::stream_protocol protocol_of(const ListenSocket& socket)
{
    return {socket.family(), socket.family() == AF_UNIX ? 0 : IPPROTO_TCP};
}

Result<ListenSocket> open_socket(const ListenerOptions& options)
{
    if (options.descriptor >= 0)
        return ListenSocket::adopt(options.descriptor);
    if (!options.unix_path.empty())
        return ListenSocket::on_path(options.unix_path);
    return ListenSocket::on_address(options.address, options.port);
}

/// What accepting needs; outlives the Listener as long as a coroutine of it runs.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
public:
    Acceptor(asio::any_io_executor executor, std::shared_ptr<Shared> shared, ListenSocket socket)
        : m_shared(std::move(shared)), m_executor(std::move(executor)), m_strand(make_strand_on(m_executor)),
          m_socket(std::move(socket)),
          m_acceptor(m_strand, protocol_of(m_socket), m_socket.release()),
          m_sweep(m_strand), m_pause(m_strand)
    {
    }

    void start()
    {
        auto done = [shared = m_shared](std::exception_ptr thrown) { shared->report(thrown); };
        asio::co_spawn(m_strand, accept_all(shared_from_this()), done);
        asio::co_spawn(m_strand, sweep(shared_from_this()), done);
    }

    /// No more connections. Any thread.
    void close()
    {
        asio::post(m_strand, [self = shared_from_this()] {
            boost::system::error_code ignored;
            self->m_closed = true;
            self->m_acceptor.close(ignored);
            self->m_socket.remove_path();
            self->m_pause.cancel();
        });
    }
    /// No more deadlines either; when the last connection is gone.
    void close_sweep()
    {
        asio::post(m_strand, [self = shared_from_this()] {
            self->m_swept = true;
            self->m_sweep.cancel();
        });
    }

    void set_tls(std::shared_ptr<asio::ssl::context> context)
    {
        const std::lock_guard lock{m_tls_mutex};
        m_tls = std::move(context);
    }
    std::uint16_t port() const { return m_socket.port(); }
    const std::shared_ptr<Shared>& shared() const { return m_shared; }
    const asio::any_io_executor& executor() const { return m_executor; }

private:
    static awaitable<void> accept_all(std::shared_ptr<Acceptor> self)
    {
        while (!self->m_closed) {
            const auto strand = make_strand_on(self->m_executor);
            auto [ec, socket] = co_await self->m_acceptor.async_accept(strand, k_tuple);
            if (!ec) {
                self->take(std::move(socket));
            } else if (!self->m_closed && ec != asio::error::connection_aborted) {
                // Out of descriptors or memory: the queue stays full, so asking again at once would spin.
                self->m_pause.expires_after(std::chrono::milliseconds{50});
                (void)co_await self->m_pause.async_wait(k_tuple);
            }
        }
    }

    void take(PlainStream socket)
    {
        boost::system::error_code ec;
        Peer peer;
        peer.address = peer_address(socket, ec);
        if (ec)
            return;
        socket.set_option(asio::ip::tcp::no_delay{true}, ec); // a Unix socket has no such option, and no such delay
        const auto tls = current_tls();
        if (!find_place(peer)) {
            if (!tls)
                refuse(socket);
            return;
        }
        if (tls)
            serve_tls(std::move(socket), std::move(peer), m_shared, tls);
        else
            serve_plain(std::move(socket), std::move(peer), m_shared);
    }

    bool find_place(Peer& peer)
    {
        const auto& shared = *m_shared;
        if (shared.connections.count() >= shared.limits.connections)
            return false;
        if (shared.limits.connections_per_address == 0 || shared.proxies.contains(peer.address) || shared.uncounted.contains(peer.address))
            return true;
        auto key = client_key(address_text(peer.address));
        if (!shared.addresses->enter(key))
            return false;
        peer.place = AddressCount::Place{shared.addresses, std::move(key)};
        return true;
    }

    /// Says why, if the socket takes it at once; waiting is what there is no room for.
    static void refuse(PlainStream& socket)
    {
        static constexpr std::string_view k_full =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            "Retry-After: 5\r\nContent-Length: 41\r\nConnection: close\r\n\r\n"
            "{\"error\":\"This server has no room left.\"}";
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        (void)socket.write_some(asio::buffer(k_full.data(), k_full.size()), ignored);
        socket.shutdown(PlainStream::shutdown_send, ignored);
    }

    std::shared_ptr<asio::ssl::context> current_tls()
    {
        const std::lock_guard lock{m_tls_mutex};
        return m_tls;
    }

    static awaitable<void> sweep(std::shared_ptr<Acceptor> self)
    {
        const auto& limits = self->m_shared->limits;
        const auto shortest =
            std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.write_timeout,
                      limits.websocket_idle / 2, limits.event_heartbeat});
        const auto pause =
            std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{500});
        while (!self->m_swept) {
            self->m_shared->connections.expire_overdue();
            self->m_sweep.expires_after(pause);
            (void)co_await self->m_sweep.async_wait(k_tuple);
        }
    }

    std::shared_ptr<Shared> m_shared;
    asio::any_io_executor m_executor;
    asio::any_io_executor m_strand;
    ListenSocket m_socket; ///< without its descriptor, which is the acceptor's
    asio::basic_socket_acceptor<asio::generic::stream_protocol> m_acceptor;
    asio::steady_timer m_sweep;
    asio::steady_timer m_pause;
    bool m_closed = false;
    bool m_swept = false;
    std::mutex m_tls_mutex;
    std::shared_ptr<asio::ssl::context> m_tls; ///< null: plain HTTP
};

class ListenerImpl final : public Listener {
public:
    ListenerImpl(ListenerOptions options, std::shared_ptr<Acceptor> acceptor)
        : m_options(std::move(options)), m_acceptor(std::move(acceptor))
    {
    }
    ~ListenerImpl() override
    {
        m_acceptor->close();
        m_acceptor->shared()->connections.abort();
        m_acceptor->close_sweep();
    }

    std::uint16_t port() const override { return m_acceptor->port(); }
    std::size_t connections() const override { return m_acceptor->shared()->connections.count(); }

    Result<void> reload() override
    {
        if (m_options.certificate.empty())
            return {};
        TRY(auto context, load_tls(m_options.certificate, m_options.private_key));
        m_acceptor->set_tls(std::move(context));
        return {};
    }

    awaitable<void> stop() override
    {
        const auto acceptor = m_acceptor;
        auto& connections = acceptor->shared()->connections;
        acceptor->close();
        connections.stop();
        co_await wait_until_empty(acceptor, acceptor->shared()->limits.stop_timeout);
        connections.abort();
        // A handler that waits for something else than its connection cannot be hurried; it ends with its executor.
        co_await wait_until_empty(acceptor, std::chrono::seconds{1});
        acceptor->close_sweep();
    }

private:
    static awaitable<void> wait_until_empty(std::shared_ptr<Acceptor> acceptor, std::chrono::milliseconds limit)
    {
        asio::steady_timer timer{acceptor->executor()};
        const auto end = std::chrono::steady_clock::now() + limit;
        while (acceptor->shared()->connections.count() != 0 && std::chrono::steady_clock::now() < end) {
            timer.expires_after(std::chrono::milliseconds{5});
            (void)co_await timer.async_wait(k_tuple);
        }
    }

    ListenerOptions m_options;
    std::shared_ptr<Acceptor> m_acceptor;
};

} // namespace

Result<std::unique_ptr<Listener>> Listener::start(asio::any_io_executor executor,
                                                  ListenerOptions options, const Router& router)
{
    TRY(auto proxies, TrustedProxies::parse(options.trusted_proxies, options.proxy_header));
    TRY(auto uncounted, TrustedProxies::parse(options.uncounted));
    TRY(auto socket, open_socket(options));
    auto shared = std::make_shared<Shared>(options.limits, std::move(proxies), std::move(uncounted), router);
    auto acceptor = std::make_shared<Acceptor>(std::move(executor), std::move(shared), std::move(socket));
    std::unique_ptr<Listener> listener = std::make_unique<ListenerImpl>(options, acceptor);
    TRY_VOID(listener->reload());
    acceptor->start();
    return listener;
}

} // namespace kith::http
