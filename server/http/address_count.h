// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace kith::http {

/// How many connections each client has (client_key), so that one cannot take them all. Any thread.
class AddressCount {
public:
    /// A place for one connection, given back with this object. Empty: there was none, or none is needed.
    class Place {
    public:
        Place() = default;
        Place(std::shared_ptr<AddressCount> count, std::string key) : m_count(std::move(count)), m_key(std::move(key)) { }
        Place(Place&& other) noexcept : m_count(std::move(other.m_count)), m_key(std::move(other.m_key)) { }
        Place& operator=(Place&& other) noexcept
        {
            std::swap(m_count, other.m_count);
            std::swap(m_key, other.m_key);
            return *this;
        }
        ~Place()
        {
            if (m_count)
                m_count->leave(m_key);
        }

    private:
        std::shared_ptr<AddressCount> m_count;
        std::string m_key;
    };

    /// `limit`: connections of one key; 0: any number.
    explicit AddressCount(std::size_t limit) : m_limit(limit) { }

    /// False when the key has all that it may have.
    bool enter(const std::string& key)
    {
        const std::lock_guard lock{m_mutex};
        auto& count = m_counts[key];
        if (m_limit != 0 && count >= m_limit)
            return false;
        ++count;
        return true;
    }
    std::size_t size() const
    {
        const std::lock_guard lock{m_mutex};
        return m_counts.size();
    }

private:
    void leave(const std::string& key)
    {
        const std::lock_guard lock{m_mutex};
        const auto found = m_counts.find(key);
        if (found != m_counts.end() && --found->second == 0)
            m_counts.erase(found);
    }

    mutable std::mutex m_mutex;
    std::unordered_map<std::string, std::size_t> m_counts;
    const std::size_t m_limit;
};

} // namespace kith::http
