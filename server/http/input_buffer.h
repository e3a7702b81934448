// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace kith::http {

/// What has been read from a connection and not used yet, in one block of memory.
class InputBuffer {
public:
    InputBuffer() = default;
    InputBuffer(InputBuffer&& other) noexcept = delete;
    InputBuffer& operator=(InputBuffer&& other) noexcept
    {
        m_data = std::move(other.m_data);
        m_capacity = std::exchange(other.m_capacity, 0);
        m_begin = std::exchange(other.m_begin, 0);
        m_end = std::exchange(other.m_end, 0);
        return *this;
    }

    std::string_view view() const { return {m_data.get() + m_begin, m_end - m_begin}; }
    std::size_t size() const { return m_end - m_begin; }
    bool empty() const { return m_begin == m_end; }
    std::size_t capacity() const { return m_capacity; }

    /// Makes room for `bytes` more, and gives it.
    char* prepare(std::size_t bytes)
    {
        if (m_capacity - m_end < bytes) {
            const auto needed = size() + bytes;
            if (needed > m_capacity) {
                const auto capacity = std::max(needed, m_capacity * 2);
                auto data = std::make_unique_for_overwrite<char[]>(capacity);
                if (!empty())
                    std::memcpy(data.get(), m_data.get() + m_begin, size());
                m_data = std::move(data);
                m_capacity = capacity;
            } else if (!empty()) {
                std::memmove(m_data.get(), m_data.get() + m_begin, size());
            }
            m_end = size();
            m_begin = 0;
        }
        return m_data.get() + m_end;
    }
    /// Gives the memory back when there is nothing in it and more of it than `bytes`.
    void shrink(std::size_t bytes)
    {
        if (empty() && m_capacity > bytes)
            *this = InputBuffer{};
    }
    void commit(std::size_t bytes) { m_end += bytes; }
    void consume(std::size_t bytes)
    {
        m_begin += bytes;
        if (m_begin == m_end)
            m_begin = m_end = 0;
    }

private:
    std::unique_ptr<char[]> m_data;
    std::size_t m_capacity = 0;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
};

} // namespace kith::http
