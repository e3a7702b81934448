// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace kith::services {

/// What the stream says while a re-read is under way. It must not reach the store before the re-read has asked what
/// the newest known entry is: else that would look older than the hole behind it, and the hole would stay.
template <class T>
class LiveBuffer {
public:
    /// False when it is full: then everything in it is dropped, and a re-read has to find it again.
    bool keep(T item)
    {
        constexpr std::size_t k_most = 200;
        if (m_items.size() >= k_most) {
            m_items.clear();
            return false;
        }
        m_items.push_back(std::move(item));
        return true;
    }
    template <class Predicate>
    void drop_if(Predicate predicate)
    {
        std::erase_if(m_items, predicate);
    }
    bool empty() const { return m_items.empty(); }
    std::vector<T> take() { return std::exchange(m_items, {}); }

private:
    std::vector<T> m_items;
};

} // namespace kith::services
