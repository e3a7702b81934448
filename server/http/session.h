// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/body_reader.h"
#include "server/http/caching.h"
#include "server/http/compression.h"
#include "server/http/cors.h"
#include "server/http/input_buffer.h"
#include "server/http/request_id.h"
#include "server/http/request_head.h"
#include "server/http/response_head.h"
#include "server/http/serve.h"
#include "server/http/session_write.h"
#include "server/http/syntax.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace kith::http {

/// One HTTP/1.1 connection: reads a request, gives it to the router, writes the answer, and again. Included only by
/// session_plain.cpp and session_tls.cpp. All members are touched on the connection's strand.
template <class Stream>
class Session final : public Connection {
public:
    Session(Stream stream, Peer peer, std::shared_ptr<Shared> shared, std::shared_ptr<boost::asio::ssl::context> context)
        : m_context(std::move(context)), m_stream(std::move(stream)), m_executor(m_stream.get_executor()),
          m_peer(std::move(peer)), m_peer_text(address_text(m_peer.address)), m_shared(std::move(shared)),
          m_limits(m_shared->limits), m_is_proxy(m_shared->proxies.contains(m_peer.address))
    {
    }

    static void start(std::shared_ptr<Session> session)
    {
        auto shared = session->m_shared;
        auto done = [shared](std::exception_ptr thrown) { shared->report(thrown); };
        const auto executor = session->m_executor;
        boost::asio::co_spawn(executor, run(std::move(session)), std::move(done));
    }

    void expire() override
    {
        on_strand([](Session& self) {
            if (self.is_overdue(std::chrono::steady_clock::now())) {
                self.m_expired = true;
                self.clear_deadline();
                self.interrupt();
            }
        });
    }
    void begin_stop() override
    {
        on_strand([](Session& self) {
            self.m_stopping = true;
            if (self.m_phase == Phase::idle || (self.m_phase == Phase::head && self.m_input.empty()))
                self.interrupt();
        });
    }
    void abort() override
    {
        on_strand([](Session& self) { self.close(); });
    }

private:
    static constexpr bool k_tls = !std::is_same_v<Stream, PlainStream>;
    static constexpr std::size_t k_first_read_size = 1 << 10; ///< what a connection holds while it waits for a request
    static constexpr std::size_t k_next_read_size = 3 << 10; ///< with the first one 4 KiB, which cost nothing
    static constexpr std::size_t k_read_size = 4 << 10;
    static constexpr std::size_t k_kept_head = 4 << 10; ///< of an answer
    static constexpr std::size_t k_body_read_size = 32 << 10;
    static constexpr std::size_t k_linger_bytes = 1 << 20;
    static constexpr int k_crowded = 10; ///< how much sooner an idle connection must go when places are short

    enum class Phase { handshake, idle, head, body, handler, write, linger, handed_over };

    template <class F>
    void on_strand(F action)
    {
        boost::asio::post(m_executor, [self = std::static_pointer_cast<Session>(this->shared_from_this()), action] {
            if (self->m_phase != Phase::handed_over)
                action(*self);
        });
    }

    void enter(Phase phase, std::chrono::milliseconds limit)
    {
        m_phase = phase;
        m_expired = false;
        this->set_deadline(std::chrono::steady_clock::now() + limit);
    }

    /// Ends the read under way; what is written stays possible, for the 408.
    void interrupt()
    {
        boost::system::error_code ignored;
        if (m_phase == Phase::head || m_phase == Phase::body || m_phase == Phase::idle)
            socket_of(m_stream).cancel(ignored);
        else
            close();
    }
    void close()
    {
        boost::system::error_code ignored;
        socket_of(m_stream).close(ignored);
    }

    /// Reads some more. False: the peer is gone, or the deadline is over (m_expired), or it has sent all (m_ended).
    awaitable<bool> fill(std::size_t bytes)
    {
        // The deadline may pass while a read has ended and we have not gone on yet: then there was none to interrupt.
        if (m_expired)
            co_return false;
        const auto buffer = boost::asio::buffer(m_input.prepare(bytes), bytes);
        const auto [ec, count] = co_await m_stream.async_read_some(buffer, k_tuple);
        m_ended = ec == boost::asio::error::eof;
        m_input.commit(count);
        co_return !ec && !m_expired;
    }

    static awaitable<void> run(std::shared_ptr<Session> self)
    {
        Registration registration{*self->m_shared, self};
        if constexpr (k_tls)
            if (!co_await self->handshake())
                co_return;
        for (bool first = true; co_await self->serve_one(first); first = false)
            if (self->m_upgrade || self->m_events.events)
                break;
        if (self->m_upgrade || self->m_events.events) {
            self->clear_deadline();
            self->m_phase = Phase::handed_over;
            self->hand_over();
            co_return; // and nothing of this session stays behind
        }
        if (!self->m_gone)
            co_await self->linger();
        self->close();
    }

    /// The connection goes on as something else, with a registration of its own and its place among its address's.
    void hand_over()
    {
        Kept kept;
        kept.shared = m_shared;
        kept.context = m_context;
        kept.place = std::move(m_peer.place);
        if (m_upgrade)
            serve_websocket(std::move(m_stream), m_request, std::move(*m_upgrade), std::move(kept));
        else
            serve_events(std::move(m_stream), std::move(m_events), std::move(kept));
    }

    void open_events(Response response)
    {
        HeadOptions options;
        options.keep_alive = false;
        options.http_1_0 = m_framing.http_1_0;
        options.request_id = m_request.id;
        write_head(m_events.head, response, options);
        m_events.chunked = !options.http_1_0;
        m_events.events = std::move(response.events);
    }

    awaitable<bool> handshake()
    {
        enter(Phase::handshake, m_limits.header_timeout);
        const auto [ec] = co_await m_stream.async_handshake(boost::asio::ssl::stream_base::server, k_tuple);
        co_return !ec;
    }

    /// One request and its answer. False: no more on this connection.
    awaitable<bool> serve_one(bool first)
    {
        m_request.clear();
        if (m_head.capacity() > k_kept_head)
            std::string{}.swap(m_head);
        MemoryBudget::Share memory{m_shared->bodies};
        auto refusal = co_await read_head(first, memory);
        if (!refusal && !m_gone)
            refusal = co_await read_body(memory);
        if (m_gone)
            co_return false;
        this->clear_deadline();
        identify();
        if (refusal) {
            std::string{}.swap(m_request.body); // frees it: the rest of this connection may take a while
            m_shared->router.note_refused(m_request, refusal->status);
            auto response = error_body(refusal->status, refusal->message);
            if (is_cross_origin(m_request.path))
                add_cors(response);
            (void)co_await write(std::move(response), false);
            co_return false;
        }
        m_phase = Phase::handler;
        Response response;
        if (wants_websocket()) {
            auto accepted = co_await m_shared->router.handle_websocket(m_request);
            if (accepted && m_input.empty()) {
                m_upgrade = std::move(accepted).value();
                co_return true;
            }
            // RFC 6455, 4.1: a client waits for the answer before it sends frames.
            response = accepted ? error_body(400, "Data came before the WebSocket was open.")
                                : m_shared->router.refusal(m_request, accepted.error());
        } else {
            response = co_await m_shared->router.handle(m_request);
            if (response.events && m_request.method != Method::head) {
                open_events(std::move(response));
                co_return true;
            }
            const auto coding = coding_for(m_request, response, m_limits.compress_bytes);
            apply_conditions(m_request, response);
            if (coding != Coding::none && response.body.empty())
                weaken_etag(response); // 304: the tag of what would have been sent
            else if (coding != Coding::none)
                co_await compress(response, coding);
        }
        m_request.clear_body();
        const auto file_piece = response.file.file ? std::min(response.file.length, k_file_piece) : 0;
        if (!memory.hold(held() + response.body.size() + file_piece)) // a peer that does not read would hold it
            response = error_body(no_memory().status, no_memory().message);
        const bool keep_alive = m_framing.keep_alive && !m_stopping && !m_shared->connections.stopping();
        co_return co_await write(std::move(response), keep_alive);
    }

    /// What the request under way takes: what has been read, and what was made of it.
    std::size_t held() const
    {
        const auto& fields = m_request.headers.all();
        return m_input.capacity() + m_head_bytes + fields.capacity() * sizeof(fields[0]) + m_request.body.size();
    }

    awaitable<std::optional<Refusal>> read_head(bool first, MemoryBudget::Share& memory)
    {
        m_framing = Framing{};
        m_head_bytes = 0;
        m_input.shrink(k_first_read_size);
        // A connection that was opened and says nothing is not a kept one: it gets the shorter time.
        if (first || !m_input.empty())
            enter(Phase::head, m_limits.header_timeout);
        else
            enter(Phase::idle, m_shared->is_crowded() ? m_limits.idle_timeout / k_crowded : m_limits.idle_timeout);
        if (m_stopping && m_input.empty()) {
            m_gone = true;
            co_return std::nullopt;
        }
        bool may_skip = true;
        HeadScan scan;
        for (;;) {
            if (may_skip && m_input.size() >= 2) {
                // RFC 9112, 2.2: one empty line before a request is ignored, some clients send it after a body.
                if (m_input.view().starts_with("\r\n"))
                    m_input.consume(2);
                may_skip = false;
            }
            scan = scan_head(m_input.view(), scan.seen);
            if (scan.broken)
                co_return Refusal{400, "The request is not valid HTTP."};
            if (scan.end > m_limits.header_bytes || (scan.end == 0 && m_input.size() >= m_limits.header_bytes))
                co_return refuse_large_head(m_input.view());
            if (scan.end != 0)
                break;
            if (m_phase == Phase::idle && !m_input.empty())
                enter(Phase::head, m_limits.header_timeout);
            if (!co_await fill(m_input.empty() ? k_first_read_size : k_next_read_size)) {
                if (m_expired && !m_input.empty())
                    co_return Refusal{408, "The header of the request did not arrive in time."};
                m_gone = true;
                co_return std::nullopt;
            }
            if (!memory.hold(m_input.capacity()))
                co_return no_memory();
        }
        auto refusal = parse_head(m_input.view().substr(0, scan.end), m_request, m_framing);
        m_head_bytes = scan.end;
        m_input.consume(scan.end);
        co_return refusal ? std::move(refusal) : m_body.start(m_framing, m_limits.body_bytes);
    }

    awaitable<std::optional<Refusal>> read_body(MemoryBudget::Share& memory)
    {
        std::optional<Refusal> refusal;
        const auto expectation = m_request.headers.find("Expect");
        if (expectation && !iequals(*expectation, "100-continue"))
            co_return Refusal{417, "This server knows no such expectation."};
        if (m_body.is_done()) {
            m_input.shrink(k_first_read_size);
            co_return memory.hold(held()) ? refusal : no_memory();
        }
        enter(Phase::body, m_limits.body_timeout);
        const auto patience = std::chrono::steady_clock::now() + m_limits.body_timeout;
        if (expectation && m_input.empty() && !m_framing.http_1_0) {
            static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
            const auto buffer = boost::asio::buffer(k_continue.data(), k_continue.size());
            (void)co_await boost::asio::async_write(m_stream, buffer, k_tuple);
        }
        for (;;) {
            m_input.consume(m_body.read(m_input.view(), m_request.body, refusal));
            if (m_body.is_done())
                m_input.shrink(k_first_read_size);
            if (!memory.hold(held()))
                refusal = no_memory();
            if (refusal || m_body.is_done())
                co_return refusal;
            // Whoever goes on at a fair rate is waited for; the limit of the body's size is the end of that.
            this->set_deadline(patience + std::chrono::seconds{m_request.body.size() / m_limits.body_rate});
            // As much as it has shown that it sends.
            const auto size = std::clamp(m_request.body.size(), k_read_size, k_body_read_size);
            const auto left = m_framing.chunked ? size : static_cast<std::size_t>(std::min<std::uint64_t>(m_body.left(), size));
            if (!co_await fill(left)) {
                if (m_expired)
                    co_return Refusal{408, "The body of the request did not arrive in time."};
                m_gone = !m_ended;
                co_return Refusal{400, "The body of the request is shorter than it said."};
            }
        }
    }

    static Refusal no_memory() { return Refusal{503, "The server has no room for this now. Please try again."}; }

    /// Gives the request its id, and says whose it is.
    void identify()
    {
        m_request.via_proxy = m_is_proxy;
        m_request.id = request_id_of(m_request.headers, m_is_proxy);
        m_request.peer_address = m_peer_text;
        m_request.secure = k_tls;
        if (m_is_proxy) {
            auto client = m_shared->proxies.client_of(m_peer.address, m_request.headers, k_tls);
            m_request.peer_address = std::move(client.address);
            m_request.secure = client.secure;
        }
    }

    bool wants_websocket() const
    {
        const auto upgrade = m_request.headers.find("Upgrade");
        return upgrade && m_request.method == Method::get && !m_framing.http_1_0 &&
               list_has(*upgrade, "websocket") &&
               list_has(m_request.headers.find("Connection").value_or(""), "upgrade");
    }

    /// False: the connection ends here, because we said so or the peer is gone (m_gone).
    awaitable<bool> write(Response response, bool keep_alive)
    {
        enter(Phase::write, m_limits.write_timeout + std::chrono::seconds{response.body.size() >> 14});
        HeadOptions options;
        options.keep_alive = keep_alive;
        options.http_1_0 = m_framing.http_1_0;
        options.request_id = m_request.id;
        write_head(m_head, response, options);
        const bool has_body =
            m_request.method != Method::head && response.status != 204 && response.status != 304;
        const auto body = has_body ? std::string_view{response.body} : std::string_view{};
        auto ec = co_await write_bytes(m_stream, m_head, body);
        if (!ec && has_body && response.file.file) {
            const std::function<void()> next_piece = [this] { enter(Phase::write, m_limits.write_timeout); };
            ec = co_await write_file(m_stream, response.file, next_piece);
        }
        m_gone = static_cast<bool>(ec);
        co_return !ec && keep_alive;
    }

    /// Closes so that the peer can read the answer: closing with unread data would reset the connection and take the
    /// answer with it (RFC 9112, 9.6).
    awaitable<void> linger()
    {
        enter(Phase::linger, std::chrono::seconds{2});
        auto& socket = socket_of(m_stream);
        if constexpr (k_tls)
            (void)co_await m_stream.async_shutdown(k_tuple);
        boost::system::error_code ignored;
        socket.shutdown(PlainStream::shutdown_send, ignored);
        m_input.consume(m_input.size());
        m_input.shrink(k_read_size); // there may be many of these
        for (std::size_t total = 0; total < k_linger_bytes;) {
            const auto buffer = boost::asio::buffer(m_input.prepare(k_read_size), k_read_size);
            const auto [ec, count] = co_await socket.async_read_some(buffer, k_tuple);
            if (ec)
                break;
            total += count;
        }
    }

    std::shared_ptr<boost::asio::ssl::context> m_context; ///< outlives the stream, whatever reload() does
    Stream m_stream;
    boost::asio::any_io_executor m_executor;
    Peer m_peer;
    std::string m_peer_text;
    std::shared_ptr<Shared> m_shared;
    const Limits& m_limits;
    const bool m_is_proxy; ///< may say for whom it asks
    InputBuffer m_input;
    Framing m_framing; ///< of the request under way
    BodyReader m_body;
    Request m_request;
    std::size_t m_head_bytes = 0; ///< of the request's head
    std::string m_head; ///< of the answer; its memory is used again
    std::optional<WebSocketHandlers> m_upgrade;
    OpenedEvents m_events;
    Phase m_phase = Phase::handshake;
    bool m_expired = false;
    bool m_ended = false;
    bool m_gone = false;
    bool m_stopping = false;
};

} // namespace kith::http
