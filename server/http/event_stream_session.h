// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/chunk.h"
#include "server/http/frame_queue.h"
#include "server/http/serve.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace kith::http {

/// The response of one EventStream, which has no end. Included only by event_stream_plain.cpp and event_stream_tls.cpp.
/// All members are touched on the connection's strand.
template <class Stream>
class EventStreamSession final : public Connection, public FrameWriter {
public:
    EventStreamSession(Stream stream, OpenedEvents opened, Kept kept)
        : m_context(std::move(kept.context)), m_place(std::move(kept.place)), m_stream(std::move(stream)),
          m_executor(m_stream.get_executor()), m_head(std::move(opened.head)), m_chunked(opened.chunked),
          m_events(std::move(opened.events)), m_shared(std::move(kept.shared)),
          m_handle(std::make_shared<SinkHandle>(m_shared->limits.websocket_queue_frames,
                                                m_shared->limits.websocket_queue_bytes))
    {
    }

    /// On the strand.
    void start()
    {
        m_handle->attach(me());
        set_patience(m_shared->limits.event_heartbeat);
        m_registration.emplace(*m_shared, me());
        guarded([this] {
            if (m_events->on_open)
                m_events->on_open(m_handle);
        });
        m_head.append(m_chunked ? as_chunk(k_heartbeat) : std::string{k_heartbeat}); // something to see at once
        m_busy = true;
        boost::asio::async_write(m_stream, boost::asio::buffer(m_head), [self = me()](ErrorCode ec, std::size_t) {
            self->m_head = std::string{};
            self->m_open = true;
            self->written(ec);
        });
        read();
    }

    void expire() override
    {
        boost::asio::post(m_executor, [self = me()] { self->on_deadline(); });
    }
    void begin_stop() override { m_handle->close(1001, "The server is stopping."); }
    void abort() override
    {
        boost::asio::post(m_executor, [self = me()] { self->end(); });
    }
    void start_writer() override
    {
        boost::asio::post(m_executor, [self = me()] { self->write_next(); });
    }
    void abort_writer() override { abort(); }

private:
    using ErrorCode = boost::system::error_code;
    /// A comment; without the empty line that would end an event, for some clients take that for an empty one.
    static constexpr std::string_view k_heartbeat = ":thump\n";
    static constexpr int k_patience = 3; ///< heartbeats that a write may take

    std::shared_ptr<EventStreamSession> me()
    {
        return std::static_pointer_cast<EventStreamSession>(this->shared_from_this());
    }

    void set_patience(std::chrono::milliseconds limit)
    {
        this->set_deadline(std::chrono::steady_clock::now() + limit);
    }

    template <class F>
    void guarded(F action)
    {
        try {
            action();
        } catch (...) {
            m_shared->report(std::current_exception());
            m_handle->close(1011, "Something went wrong on this server.");
        }
    }

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

    void on_deadline()
    {
        if (m_over || !this->is_overdue(std::chrono::steady_clock::now()))
            return;
        if (m_closing || (m_busy && ++m_late >= k_patience))
            return end();
        static const auto heartbeat = std::make_shared<const std::string>(as_chunk(k_heartbeat));
        set_patience(m_shared->limits.event_heartbeat);
        m_handle->send(heartbeat);
    }

    void write_next()
    {
        if (!m_open || m_over)
            return;
        std::optional<CloseReason> closing;
        if (auto frame = m_handle->queue().next(closing)) {
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
        if (std::exchange(m_over, true))
            return;
        m_handle->queue().end();
        guarded([this] {
            if (m_events->on_close)
                m_events->on_close();
        });
        m_events.reset();
        ErrorCode ignored;
        socket_of(m_stream).close(ignored);
        m_registration.reset();
    }

    std::shared_ptr<boost::asio::ssl::context> m_context; ///< outlives the stream
    AddressCount::Place m_place;
    Stream m_stream;
    boost::asio::any_io_executor m_executor;
    std::string m_head;
    const bool m_chunked;
    std::shared_ptr<EventStream> m_events;
    std::shared_ptr<Shared> m_shared;
    std::shared_ptr<SinkHandle> m_handle;
    std::optional<Registration> m_registration;
    std::array<char, 64> m_ignored;
    std::size_t m_read = 0;
    int m_late = 0;
    bool m_open = false; ///< the head is written
    bool m_busy = false;
    bool m_closing = false;
    bool m_over = false;
};

} // namespace kith::http
