// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/push_session.h"
#include "server/http/syntax.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <array>

namespace kith::http {

/// One open WebSocket. Included only by websocket_plain.cpp and websocket_tls.cpp. Per-message compression stays off
/// (memory, and secrets beside chosen text).
template <class Stream>
class WebSocketSession final : public PushSession {
public:
    WebSocketSession(Stream stream, WebSocketHandlers handlers, Kept kept)
        : PushSession(stream.get_executor(), std::move(kept)), m_stream(std::move(stream)), m_handlers(std::move(handlers))
    {
    }

    /// On the strand.
    void start(const Request& request)
    {
        m_deaf = !begin(shared().limits.header_timeout, m_handlers.on_open);
        m_handlers.on_open = nullptr;
        accept(request);
    }

private:
    static constexpr bool k_tls = !std::is_same_v<Stream, PlainStream>;
    static constexpr std::size_t k_kept_text = 1024; ///< memory for a message that stays for the next one
    static constexpr auto k_never = std::chrono::steady_clock::time_point::max();

    std::shared_ptr<WebSocketSession> me()
    {
        return std::static_pointer_cast<WebSocketSession>(this->shared_from_this());
    }

    void cut_off() override
    {
        ErrorCode ignored;
        socket_of(m_stream.next_layer()).close(ignored);
    }

    void accept(const Request& request)
    {
        namespace websocket = boost::beast::websocket;
        namespace beast = boost::beast;
        m_stream.read_message_max(shared().limits.websocket_message_bytes);
        if constexpr (k_tls)
            m_stream.write_buffer_bytes(16000); // a frame fits one TLS record: see Session::write_bytes
        else
            m_stream.auto_fragment(false);
        // A browser fails the connection unless the subprotocol it offered comes back; Mastodon's clients put the
        // access token there.
        auto offered = std::string{trim(request.headers.find("Sec-WebSocket-Protocol").value_or(""))};
        offered = trim(std::string_view{offered}.substr(0, offered.find(',')));
        auto decorate = [offered, id = request.id](websocket::response_type& response) {
            response.set(beast::http::field::server, "Kith"); // else Beast puts its own name and version
            response.set("X-Request-Id", id);
            if (is_token(offered))
                response.set(beast::http::field::sec_websocket_protocol, offered);
        };
        m_stream.set_option(websocket::stream_base::decorator(std::move(decorate)));

        beast::http::request<beast::http::empty_body> upgrade{beast::http::verb::get, request.target, 11};
        for (const auto& [name, value] : request.headers.all())
            upgrade.insert(name, value);
        m_stream.async_accept(upgrade, [self = me()](ErrorCode ec) { self->on_accepted(ec); });
    }

    void on_accepted(ErrorCode ec)
    {
        if (ec)
            return end();
        namespace websocket = boost::beast::websocket;
        m_stream.set_option(websocket::stream_base::decorator([](websocket::response_type&) {})); // forgets the token
        m_stream.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
            heard();
            if (kind == websocket::frame_type::ping)
                count_message();
        });
        m_stream.text(true);
        m_open = true;
        heard();
        read();
        if (m_write_due)
            write_next();
    }

    void read()
    {
        m_stream.async_read_some(boost::asio::buffer(m_chunk), [self = me()](ErrorCode ec, std::size_t count) {
            self->on_read(ec, count);
        });
    }

    void on_read(ErrorCode ec, std::size_t count)
    {
        if (ec)
            return end();
        heard();
        if (!m_deaf)
            m_text.append(m_chunk.data(), count);
        if (m_stream.is_message_done()) {
            if (!m_deaf)
                take_message();
            if (m_text.capacity() > k_kept_text)
                m_text = std::string{};
            m_text.clear();
        }
        read();
    }

    void take_message()
    {
        if (!m_stream.got_text()) {
            handle().close(1003, "Only text is understood here.");
        } else if (count_message() && m_handlers.on_text) {
            m_deaf = !guarded([this] { m_handlers.on_text(m_text); });
        }
    }

    /// False, and the socket closed, when there were too many lately.
    bool count_message()
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_window > std::chrono::seconds{10}) {
            m_window = now;
            m_messages = 0;
        }
        if (++m_messages <= shared().limits.websocket_messages)
            return true;
        m_deaf = true;
        handle().close(1008, "Too many messages.");
        return false;
    }

    /// The peer lives.
    void heard()
    {
        m_pinged = false;
        if (m_open && !m_closing)
            wait_for(shared().limits.websocket_idle / 2);
    }

    void wait_for(std::chrono::milliseconds patience)
    {
        m_silence_ends = std::chrono::steady_clock::now() + patience;
        this->set_deadline(std::min(m_silence_ends, m_write_ends));
    }
    /// What the peer says gives a frame no more time: it may talk all day and read nothing.
    void set_write_end(std::chrono::steady_clock::time_point at)
    {
        m_write_ends = at;
        if (!m_closing)
            this->set_deadline(std::min(m_silence_ends, m_write_ends));
    }

    void on_deadline() override
    {
        const auto now = std::chrono::steady_clock::now();
        if (over() || !this->is_overdue(now))
            return;
        this->clear_deadline();
        // A ping waits behind a frame that is being written; the stream takes no second one meanwhile.
        if (!m_open || m_closing || m_pinged || m_pinging || now >= m_write_ends)
            return cut_off();
        m_pinged = m_pinging = true;
        wait_for(shared().limits.websocket_idle / 2);
        m_stream.async_ping({}, [self = me()](ErrorCode) { self->m_pinging = false; });
    }

    void end()
    {
        if (!finish(m_handlers.on_close))
            return;
        m_handlers = WebSocketHandlers{}; // they may own this socket
        cut_off();
    }

    void write_next() override
    {
        if (!m_open) {
            m_write_due = true;
            return;
        }
        std::optional<CloseReason> closing;
        if (const auto frame = handle().queue().next(closing)) {
            const std::chrono::seconds by_size{frame->size() >> 14};
            set_write_end(std::chrono::steady_clock::now() + shared().limits.write_timeout + by_size);
            m_stream.async_write(boost::asio::buffer(*frame), [self = me(), frame](ErrorCode ec, std::size_t) {
                self->set_write_end(k_never);
                if (ec)
                    self->handle().queue().end(); // the reader sees the broken connection too, and ends it
                else
                    self->write_next();
            });
        } else if (closing && !over()) {
            const boost::beast::websocket::close_reason reason{
                static_cast<boost::beast::websocket::close_code>(closing->code), closing->text};
            m_closing = true;
            wait_for(std::chrono::seconds{2}); // a peer that does not answer must not hold up a stop
            m_stream.async_close(reason, [self = me()](ErrorCode) { self->cut_off(); });
        }
    }

    boost::beast::websocket::stream<Stream> m_stream;
    WebSocketHandlers m_handlers;
    std::array<char, 256> m_chunk;
    std::string m_text; ///< of the message that is being read
    std::chrono::steady_clock::time_point m_silence_ends{};
    std::chrono::steady_clock::time_point m_write_ends = k_never; ///< of the frame that is being written
    std::chrono::steady_clock::time_point m_window{};
    unsigned m_messages = 0; ///< since m_window
    bool m_open = false;
    bool m_write_due = false;
    bool m_pinged = false; ///< and nothing heard since
    bool m_pinging = false; ///< the ping is not written yet
    bool m_deaf = false;
    bool m_closing = false;
};

} // namespace kith::http
