// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/frame_queue.h"
#include "server/http/serve.h"
#include "server/http/syntax.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace kith::http {

/// One open WebSocket. Included only by websocket_plain.cpp and websocket_tls.cpp. Beast does the pings, the closing
/// handshake and its deadline; per-message compression stays off (memory, and secrets beside chosen text).
template <class Stream>
class WebSocketSession final : public Connection, public FrameWriter {
public:
    WebSocketSession(Stream stream, WebSocketHandlers handlers, std::shared_ptr<Shared> shared)
        : m_stream(std::move(stream)), m_executor(m_stream.get_executor()),
          m_handlers(std::move(handlers)), m_shared(std::move(shared)),
          m_handle(std::make_shared<WebSocketHandle>(m_shared->limits.websocket_queue_frames,
                                                     m_shared->limits.websocket_queue_bytes))
    {
    }

    void expire() override { abort(); }
    void begin_stop() override { m_handle->close(1001, "The server is stopping."); }
    void abort() override
    {
        boost::asio::post(m_executor, [self = me()] { self->close_socket(); });
    }
    void start_writer() override
    {
        boost::asio::post(m_executor, [self = me()] { self->write_next(); });
    }
    void abort_writer() override { abort(); }

    awaitable<void> run(std::shared_ptr<WebSocketSession> self, Request request)
    {
        if (!co_await accept(std::move(request)))
            co_return;
        m_handle->attach(self);
        Registration registration{*m_shared, self};
        std::exception_ptr thrown;
        try {
            if (m_handlers.on_open)
                m_handlers.on_open(m_handle);
            co_await read_all();
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) {
            m_shared->report(thrown);
            m_handle->close(1011, "Something went wrong on this server.");
            co_await drain();
        }
        m_handle->queue().end();
        end();
    }

private:
    std::shared_ptr<WebSocketSession> me()
    {
        return std::static_pointer_cast<WebSocketSession>(shared_from_this());
    }

    void close_socket()
    {
        boost::system::error_code ignored;
        socket_of(m_stream.next_layer()).close(ignored);
    }

    awaitable<bool> accept(Request request)
    {
        namespace beast = boost::beast;
        beast::websocket::stream_base::timeout timeout;
        timeout.handshake_timeout = m_shared->limits.header_timeout; // also of the closing handshake
        timeout.idle_timeout = m_shared->limits.websocket_idle;
        timeout.keep_alive_pings = true;
        m_stream.set_option(timeout);
        m_stream.auto_fragment(false); // one frame, one write
        m_stream.read_message_max(m_shared->limits.websocket_message_bytes);
        // A browser fails the connection unless the subprotocol it offered comes back; Mastodon's clients put the
        // access token there.
        auto offered = std::string{trim(request.headers.find("Sec-WebSocket-Protocol").value_or(""))};
        offered = trim(std::string_view{offered}.substr(0, offered.find(',')));
        auto decorate = [offered, id = request.id](beast::websocket::response_type& response) {
            response.set(beast::http::field::server, "Kith"); // else Beast puts its own name and version
            response.set("X-Request-Id", id);
            if (is_token(offered))
                response.set(beast::http::field::sec_websocket_protocol, offered);
        };
        m_stream.set_option(beast::websocket::stream_base::decorator(std::move(decorate)));

        beast::http::request<beast::http::empty_body> upgrade{beast::http::verb::get, request.target, 11};
        for (const auto& [name, value] : request.headers.all())
            upgrade.insert(name, value);
        const auto [ec] = co_await m_stream.async_accept(upgrade, k_tuple);
        m_stream.text(true);
        co_return !ec;
    }

    awaitable<void> read_all()
    {
        for (;;) {
            const auto [ec, count] = co_await m_stream.async_read(m_buffer, k_tuple);
            if (ec)
                co_return;
            if (m_stream.got_text() && m_handlers.on_text) {
                const auto data = m_buffer.cdata();
                m_handlers.on_text(std::string_view{static_cast<const char*>(data.data()), data.size()});
            } else if (!m_stream.got_text()) {
                m_handle->close(1003, "Only text is understood here.");
            }
            m_buffer.consume(m_buffer.size());
        }
    }

    /// Reads until the closing handshake is done, and looks at nothing.
    awaitable<void> drain()
    {
        for (;;) {
            m_buffer.consume(m_buffer.size());
            const auto [ec, count] = co_await m_stream.async_read(m_buffer, k_tuple);
            if (ec)
                co_return;
        }
    }

    void end()
    {
        try {
            if (m_handlers.on_close)
                m_handlers.on_close();
        } catch (...) {
            m_shared->report(std::current_exception());
        }
        m_handlers = WebSocketHandlers{}; // they may own this socket
        close_socket();
    }

    void write_next()
    {
        std::optional<CloseReason> closing;
        if (const auto frame = m_handle->queue().next(closing)) {
            m_stream.async_write(boost::asio::buffer(*frame),
                                 [self = me(), frame](boost::system::error_code ec, std::size_t) {
                                     if (ec)
                                         self->m_handle->queue().end(); // the reader sees the broken connection too, and ends it
                                     else
                                         self->write_next();
                                 });
        } else if (closing) {
            const boost::beast::websocket::close_reason reason{
                static_cast<boost::beast::websocket::close_code>(closing->code), closing->text};
            // A peer that does not answer the close must not hold up a stop. Beast's one timeout serves both handshakes.
            boost::beast::websocket::stream_base::timeout patience{};
            m_stream.get_option(patience);
            patience.handshake_timeout = std::chrono::seconds{2};
            m_stream.set_option(patience);
            m_stream.async_close(reason,
                                 [self = me()](boost::system::error_code) { self->close_socket(); });
        }
    }

    boost::beast::websocket::stream<Stream> m_stream;
    boost::asio::any_io_executor m_executor;
    WebSocketHandlers m_handlers;
    std::shared_ptr<Shared> m_shared;
    std::shared_ptr<WebSocketHandle> m_handle;
    boost::beast::flat_buffer m_buffer;
};

} // namespace kith::http
