// SPDX-License-Identifier: Apache-2.0
#include "server/http/frame_queue.h"

namespace kith::http {

FrameQueue::Step FrameQueue::push(Frame frame)
{
    const std::lock_guard lock{m_mutex};
    if (m_ended || m_closing)
        return Step::nothing;
    if (waiting() >= m_max_frames || frame->size() > m_max_bytes - m_bytes) {
        m_ended = true;
        return Step::abort;
    }
    m_bytes += frame->size();
    m_frames.push_back(std::move(frame));
    return std::exchange(m_writing, true) ? Step::nothing : Step::start_writer;
}

FrameQueue::Step FrameQueue::close(CloseReason reason)
{
    const std::lock_guard lock{m_mutex};
    if (m_ended || m_closing)
        return Step::nothing;
    m_closing = std::move(reason);
    return std::exchange(m_writing, true) ? Step::nothing : Step::start_writer;
}

FrameQueue::Frame FrameQueue::next(std::optional<CloseReason>& closing)
{
    const std::lock_guard lock{m_mutex};
    if (std::exchange(m_in_flight, false))
        pop();
    if (!m_ended && waiting() > 0) {
        m_in_flight = true;
        return m_frames[m_first];
    }
    m_writing = false;
    if (!m_ended && m_closing) {
        closing = std::move(m_closing);
        m_ended = true;
    }
    return nullptr;
}

void FrameQueue::end()
{
    const std::lock_guard lock{m_mutex};
    m_ended = true;
    m_in_flight = false;
    m_frames = {};
    m_first = 0;
    m_bytes = 0;
}

void FrameQueue::pop()
{
    m_bytes -= m_frames[m_first]->size();
    m_frames[m_first++].reset();
    if (waiting() == 0) {
        m_frames.clear();
        if (m_frames.capacity() > 4) // a burst is over: most sockets are idle most of the time
            m_frames.shrink_to_fit();
        m_first = 0;
    } else if (m_first == m_max_frames) {
        m_frames.erase(m_frames.begin(), m_frames.begin() + static_cast<std::ptrdiff_t>(m_first));
        m_first = 0;
    }
}

void SinkHandle::send(std::shared_ptr<const std::string> text)
{
    act(m_queue.push(std::move(text)));
}

void SinkHandle::close(std::uint16_t code, std::string reason)
{
    CloseReason closing;
    closing.code = code;
    closing.text = reason.substr(0, 123); // RFC 6455, 5.5: a control frame has 125 bytes
    act(m_queue.close(std::move(closing)));
}

void SinkHandle::act(FrameQueue::Step step)
{
    if (step == FrameQueue::Step::nothing)
        return;
    const auto writer = m_writer.lock();
    if (!writer)
        return;
    if (step == FrameQueue::Step::start_writer)
        writer->start_writer();
    else
        writer->abort_writer(); // a peer that does not read would not read a close frame either
}

} // namespace kith::http
