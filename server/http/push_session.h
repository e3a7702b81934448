// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/frame_queue.h"
#include "server/http/serve.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace kith::http {

/// What a WebSocket and an event stream have in common: a connection that others push frames to. Thousands of these are idle,
/// so it has no coroutine, no timer and little memory. All members are touched on the connection's strand.
class PushSession : public Connection, public FrameWriter {
public:
    void expire() final
    {
        boost::asio::post(m_executor, [self = me()] { self->on_deadline(); });
    }
    void begin_stop() final { m_handle->close(1001, "The server is stopping."); }
    void abort() final
    {
        boost::asio::post(m_executor, [self = me()] { self->cut_off(); });
    }
    void start_writer() final
    {
        boost::asio::post(m_executor, [self = me()] { self->write_next(); });
    }
    void abort_writer() final { abort(); }

protected:
    using ErrorCode = boost::system::error_code;

    PushSession(boost::asio::any_io_executor executor, Kept kept)
        : m_context(std::move(kept.context)), m_place(std::move(kept.place)), m_executor(std::move(executor)),
          m_shared(std::move(kept.shared)), m_handle(std::make_shared<SinkHandle>(m_shared->limits.websocket_queue_frames,
                                                                                  m_shared->limits.websocket_queue_bytes))
    {
    }

    /// The deadline has passed, unless it was moved meanwhile.
    virtual void on_deadline() = 0;
    /// Closes now, whatever is under way.
    virtual void cut_off() = 0;
    /// The queue has something, or wants to be closed.
    virtual void write_next() = 0;

    const Shared& shared() const { return *m_shared; }
    SinkHandle& handle() { return *m_handle; }
    bool over() const { return m_over; }

    /// First of all: counts as open from now on, and gives the handle to `on_open`. False when that threw.
    template <class F>
    bool begin(std::chrono::milliseconds patience, const F& on_open)
    {
        m_handle->attach(me());
        set_patience(patience);
        m_registration.emplace(*m_shared, me());
        return guarded([&] {
            if (on_open)
                on_open(m_handle);
        });
    }
    /// Last of all: tells `on_close`. False when it has been called before.
    template <class F>
    bool finish(const F& on_close)
    {
        if (std::exchange(m_over, true))
            return false;
        m_handle->queue().end();
        guarded([&] {
            if (on_close)
                on_close();
        });
        m_registration.reset();
        return true;
    }
    /// A handler that throws ends the connection, and nothing else. False when it has.
    template <class F>
    bool guarded(F action)
    {
        try {
            action();
            return true;
        } catch (...) {
            m_shared->report(std::current_exception());
            m_handle->close(1011, "Something went wrong on this server.");
            return false;
        }
    }
    void set_patience(std::chrono::milliseconds limit) { set_deadline(std::chrono::steady_clock::now() + limit); }

private:
    std::shared_ptr<PushSession> me() { return std::static_pointer_cast<PushSession>(shared_from_this()); }

    std::shared_ptr<boost::asio::ssl::context> m_context; ///< outlives the stream
    AddressCount::Place m_place;
    boost::asio::any_io_executor m_executor;
    std::shared_ptr<Shared> m_shared;
    std::shared_ptr<SinkHandle> m_handle;
    std::optional<Registration> m_registration;
    bool m_over = false;
};

} // namespace kith::http
