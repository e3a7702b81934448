// SPDX-License-Identifier: Apache-2.0
#include "common/base/id.h"

#include <algorithm>
#include <charconv>

namespace kith {

namespace {
constexpr unsigned k_counter_bits = 10;
constexpr unsigned k_low_bits = 16;
} // namespace

Result<std::int64_t> parse_id(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size() || value <= 0 || text.size() > 19)
        return fail(Errc::not_found, "This id does not exist.");
    return value;
}

std::int64_t first_id_at(Timestamp at)
{
    return to_ms(at) << k_low_bits;
}

Timestamp time_of_id(std::int64_t id)
{
    return from_ms(id >> k_low_bits);
}

IdGenerator::IdGenerator(unsigned process) : m_process(process & 63U) { }

void IdGenerator::set_process(unsigned process, Timestamp until)
{
    const std::lock_guard lock{m_mutex};
    m_process = process & 63U;
    m_until = until;
}

std::int64_t IdGenerator::next(Timestamp now)
{
    const std::lock_guard lock{m_mutex};
    const auto ms = std::max(to_ms(now), m_ms); // a clock that jumps back must not repeat ids
    if (ms > m_ms) {
        m_ms = ms;
        m_counter = 0;
    } else if (++m_counter >> k_counter_bits) {
        ++m_ms;
        m_counter = 0;
    }
    return m_ms << k_low_bits | static_cast<std::int64_t>(m_process) << k_counter_bits | m_counter;
}

std::int64_t IdGenerator::next_at(Timestamp at)
{
    const std::lock_guard lock{m_mutex};
    m_past_counter = (m_past_counter + 1) & ((1U << k_counter_bits) - 1);
    return to_ms(at) << k_low_bits | static_cast<std::int64_t>(m_process) << k_counter_bits | m_past_counter;
}

} // namespace kith
