// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kith::http {

struct CloseReason {
    std::uint16_t code = 1000;
    std::string text;
};

/// What waits to be sent on one WebSocket or event stream: filled by any thread, emptied by one writer at a time. Frames are shared
/// between sockets, and bounded per socket.
class FrameQueue {
public:
    /// What the caller must do next.
    enum class Step { nothing, start_writer, abort };
    using Frame = std::shared_ptr<const std::string>;

    FrameQueue(std::size_t max_frames, std::size_t max_bytes)
        : m_max_frames(max_frames), m_max_bytes(max_bytes)
    {
    }

    Step push(Frame frame);
    /// After the frames that wait.
    Step close(CloseReason reason);
    /// For the writer: the next frame, which stays in the count until the next call; nothing: stop writing, and close
    /// the socket when `closing` is filled.
    Frame next(std::optional<CloseReason>& closing);
    /// Takes no more and forgets what waits.
    void end();

private:
    std::size_t waiting() const { return m_frames.size() - m_first; }
    void pop();

    std::mutex m_mutex;
    std::vector<Frame> m_frames; ///< from m_first on; no memory while nothing waits, unlike a deque
    std::size_t m_first = 0;     ///< being written while m_in_flight
    std::size_t m_bytes = 0;
    const std::size_t m_max_frames;
    const std::size_t m_max_bytes;
    std::optional<CloseReason> m_closing;
    bool m_in_flight = false;
    bool m_writing = false;
    bool m_ended = false;
};

/// The side of a connection that empties the queue. Any thread.
class FrameWriter {
public:
    virtual ~FrameWriter() = default;
    virtual void start_writer() = 0;
    virtual void abort_writer() = 0;
};

/// What features hold: it may outlive the connection, and even the event loop, and then does nothing.
class SinkHandle final : public FrameSink {
public:
    SinkHandle(std::size_t max_frames, std::size_t max_bytes) : m_queue(max_frames, max_bytes)
    {
    }
    /// Before anybody else has the handle.
    void attach(std::weak_ptr<FrameWriter> writer) { m_writer = std::move(writer); }
    FrameQueue& queue() { return m_queue; }

    void send(std::shared_ptr<const std::string> text) override;
    void close(std::uint16_t code, std::string reason) override;

private:
    void act(FrameQueue::Step step);

    FrameQueue m_queue;
    std::weak_ptr<FrameWriter> m_writer;
};

} // namespace kith::http
