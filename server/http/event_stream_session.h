// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/chunk.h"
#include "server/http/push_session.h"

#include <boost/asio/write.hpp>

#include <array>

namespace kith::http {

/// The response of one EventStream, which has no end. Included only by event_stream_plain.cpp and event_stream_tls.cpp.
template <class Stream>
class EventStreamSession final : public PushSession {
public:
    EventStreamSession(Stream stream, OpenedEvents opened, Kept kept)
        : PushSession(stream.get_executor(), std::move(kept)), m_stream(std::move(stream)), m_head(std::move(opened.head)),
          m_chunked(opened.chunked), m_events(std::move(opened.events))
    {
    }

    /// On the strand.
    void start()
    {
        begin(shared().limits.event_heartbeat, m_events->on_open);
        m_head.append(m_chunked ? as_chunk(k_heartbeat) : std::string{k_heartbeat}); // something to see at once
        m_busy = true;
        boost::asio::async_write(m_stream, boost::asio::buffer(m_head), [self = me()](ErrorCode ec, std::size_t) {
            self->m_head = std::string{};
            self->m_open = true;
            self->written(ec);
        });
        read();
    }

private:
    /// A comment; without the empty line that would end an event, for some clients take that for an empty one.
    static constexpr std::string_view k_heartbeat = ":thump\n";
    static constexpr int k_patience = 3; ///< heartbeats that a write may take

    std::shared_ptr<EventStreamSession> me()
    {
        return std::static_pointer_cast<EventStreamSession>(this->shared_from_this());
    }

    void cut_off() override { end(); }

    /// The client has nothing more to say; this is how its going is noticed.
    void read()
    {
        m_stream.async_read_some(boost::asio::buffer(m_ignored), [self = me()](ErrorCode ec, std::size_t count) {
            self->m_read += count;
            if (ec || self->m_read > 1024)
                self->end();
            else
                self->read();
        });
    }

    void on_deadline() override
    {
        if (over() || !this->is_overdue(std::chrono::steady_clock::now()))
            return;
        if (m_closing || (m_busy && ++m_late >= k_patience))
            return end();
        static const auto heartbeat = std::make_shared<const std::string>(as_chunk(k_heartbeat));
        set_patience(shared().limits.event_heartbeat);
        handle().send(heartbeat);
    }

    void write_next() override
    {
        // Busy: a frame came while the head was being written, and has been taken since by who wrote that.
        if (!m_open || m_busy || over())
            return;
        std::optional<CloseReason> closing;
        if (auto frame = handle().queue().next(closing)) {
            const auto bytes = m_chunked ? std::string_view{*frame} : inside_chunk(*frame);
            write(bytes, std::move(frame));
        } else if (closing) {
            m_closing = true;
            set_patience(std::chrono::seconds{2});
            write(m_chunked ? k_last_chunk : std::string_view{}, nullptr);
        }
    }

    void write(std::string_view bytes, FrameQueue::Frame frame)
    {
        m_busy = true;
        const auto buffer = boost::asio::buffer(bytes.data(), bytes.size());
        boost::asio::async_write(m_stream, buffer,
                                 [self = me(), frame = std::move(frame)](ErrorCode ec, std::size_t) {
                                     self->written(ec);
                                 });
    }

    void written(ErrorCode ec)
    {
        m_busy = false;
        m_late = 0;
        if (ec)
            return end();
        if (m_closing)
            return say_goodbye();
        write_next();
    }

    /// The peer closes when it has read all; the deadline does when it does not.
    void say_goodbye()
    {
        if constexpr (std::is_same_v<Stream, PlainStream>) {
            ErrorCode ignored;
            m_stream.shutdown(PlainStream::shutdown_send, ignored);
        } else {
            m_stream.async_shutdown([self = me()](ErrorCode) { self->end(); });
        }
    }

    void end()
    {
        if (!m_events || !finish(m_events->on_close)) // the end is told by reads, writes and deadlines alike
            return;
        m_events.reset();
        ErrorCode ignored;
        socket_of(m_stream).close(ignored);
    }

    Stream m_stream;
    std::string m_head;
    const bool m_chunked;
    std::shared_ptr<EventStream> m_events;
    std::array<char, 64> m_ignored;
    std::size_t m_read = 0;
    int m_late = 0;
    bool m_open = false; ///< the head is written
    bool m_busy = false;
    bool m_closing = false;
};

} // namespace kith::http
