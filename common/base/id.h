// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/time.h"

#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace kith {

/// Reads a decimal id: 1 to 19 digits, no sign, > 0.
Result<std::int64_t> parse_id(std::string_view text);

/// A row's key, typed by what it names, so that an account can never be taken for a status.
/// 64 bits: milliseconds since 1970 << 16 | process (6) | counter (10). Shown as a decimal string.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    static Result<Id> parse(std::string_view text)
    {
        TRY(auto number, parse_id(text));
        return Id{number};
    }
    std::string to_string() const { return std::to_string(value); }
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(Id, Id) = default;
};

using AccountId = Id<struct AccountTag>;
using StatusId = Id<struct StatusTag>;
using NotificationId = Id<struct NotificationTag>;
using ApplicationId = Id<struct ApplicationTag>;
using TokenId = Id<struct TokenTag>;
using JobId = Id<struct JobTag>;
using ActivityId = Id<struct ActivityTag>;

/// The smallest id that something made at this moment can have; for paging by time.
std::int64_t first_id_at(Timestamp at);
/// The moment an id was given.
Timestamp time_of_id(std::int64_t id);

/// Gives ids that grow within one process and never repeat. Any thread.
class IdGenerator {
public:
    /// `process` 0 to 63 tells apart the processes that write to one database.
    explicit IdGenerator(unsigned process = 0);
    /// From now on ids carry this number, which is ours until that moment.
    void set_process(unsigned process, Timestamp until = Timestamp::max());
    /// Whether the number is still ours: when not, another process may be giving the same ids.
    bool may_give(Timestamp now) const { return now < m_until.load(); }
    std::int64_t next(Timestamp now);
    /// An id of a moment in the past. Grows with each call only in its low bits, so that two objects of one
    /// millisecond differ (the counter is shared by all such moments and wraps after 1,024).
    std::int64_t next_at(Timestamp at);

private:
    std::mutex m_mutex;
    unsigned m_process;
    std::atomic<Timestamp> m_until{Timestamp::max()};
    std::int64_t m_ms = 0;
    unsigned m_counter = 0;
    unsigned m_past_counter = 0;
};

} // namespace kith

template <class Tag>
struct std::hash<kith::Id<Tag>> {
    std::size_t operator()(kith::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
