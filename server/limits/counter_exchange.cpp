// SPDX-License-Identifier: Apache-2.0
#include "server/limits/counter_exchange.h"

#include "server/core/log.h"
#include "server/limits/counter_scripts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

namespace kith::limits {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds k_patience{1000};
constexpr milliseconds k_gather{20};
constexpr milliseconds k_between_pings{1000};
constexpr milliseconds k_first_backoff{100};
constexpr milliseconds k_longest_backoff{2000};
constexpr std::size_t k_most_changes = 10000;

std::string in_us(seconds time)
{
    return std::to_string(microseconds{time}.count());
}

std::string in_hex(Key key)
{
    std::array<char, 16> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), key, 16).ptr;
    return {text.data(), end};
}

} // namespace

CounterExchange::CounterExchange(core::RedisAddress address, std::string prefix, Now now)
    : m_address(std::move(address)), m_prefix(std::move(prefix)), m_now(now),
      m_thread([this] { work(); })
{
}

CounterExchange::~CounterExchange()
{
    {
        const std::lock_guard lock{m_mutex};
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void CounterExchange::take(LocalCounters& counters, Key key, const Rule& rule)
{
    add({.what = What::take, .counters = &counters, .key = key, .count = 1, .rule = rule});
}

void CounterExchange::add_failures(LocalCounters& counters, Key key, const Backoff& rule, int more)
{
    add({.what = What::failures, .counters = &counters, .key = key, .count = more, .backoff = rule});
}

void CounterExchange::remember(LocalCounters& counters, Key key, seconds memory)
{
    const auto what = memory.count() > 0 ? What::remember : What::look_for_note;
    add({.what = what, .counters = &counters, .key = key, .count = 1, .memory = memory});
}

void CounterExchange::forget(Key key)
{
    add({.what = What::forget, .counters = nullptr, .key = key, .count = 1});
}

void CounterExchange::add(Change change)
{
    if (!m_up || !enqueue(std::move(change)))
        ++m_unshared;
}

bool CounterExchange::enqueue(Change change)
{
    bool first = false;
    {
        const std::lock_guard lock{m_mutex};
        if (change.what == What::take) {
            if (const auto found = m_takes.find(change.key); found != m_takes.end()) {
                ++m_changes[found->second].count;
                return true;
            }
        }
        if (m_changes.size() >= k_most_changes)
            return false;
        if (change.what == What::take)
            m_takes.emplace(change.key, m_changes.size());
        first = m_changes.empty();
        m_changes.push_back(std::move(change));
    }
    if (first)
        m_wake.notify_one();
    return true;
}

bool CounterExchange::stopped_within(milliseconds time)
{
    std::unique_lock lock{m_mutex};
    return m_wake.wait_for(lock, time, [this] { return m_stop; });
}

void CounterExchange::work()
{
    // hiredis writes to sockets as if they were pipes: one that the server closed would end this process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    auto backoff = k_first_backoff;
    while (!stopped_within(milliseconds{0})) {
        if (!m_connection && !connect()) {
            if (stopped_within(backoff))
                return;
            backoff = std::min(backoff * 2, k_longest_backoff);
            continue;
        }
        backoff = k_first_backoff;
        send(wait_for_changes());
    }
}

bool CounterExchange::connect()
{
    auto connection = RedisConnection::open(m_address, k_patience);
    if (!connection) {
        lost(connection.error());
        return false;
    }
    auto loaded =
        connection->exchange({{"SCRIPT", "LOAD", scripts::k_take}, {"SCRIPT", "LOAD", scripts::k_failures}});
    if (!loaded) {
        lost(loaded.error());
        return false;
    }
    m_scripts = {.take = loaded->at(0).text, .failures = loaded->at(1).text};
    m_connection = std::move(*connection);
    m_complained = false;
    m_up = true;
    log::info("Rates are counted together with other processes, in Redis.");
    return true;
}

void CounterExchange::lost(const Error& error)
{
    m_connection.reset();
    m_up = false;
    {
        const std::lock_guard lock{m_mutex};
        m_unshared += m_changes.size();
        m_changes.clear(); // of the past, once it answers again
        m_takes.clear();
    }
    if (!std::exchange(m_complained, true))
        log::warning("Redis does not answer. Until it does, each process counts rates for itself.",
                     {{"cause", error.cause}});
}

/// Nothing when there was nothing to tell for a while.
std::vector<CounterExchange::Change> CounterExchange::wait_for_changes()
{
    std::unique_lock lock{m_mutex};
    if (m_wake.wait_for(lock, k_between_pings, [this] { return m_stop || !m_changes.empty(); }))
        m_wake.wait_for(lock, k_gather,
                        [this] { return m_stop || m_changes.size() >= k_most_changes / 2; });
    m_takes.clear();
    return std::exchange(m_changes, {});
}

RedisConnection::Command CounterExchange::command_of(const Change& change) const
{
    const auto key = m_prefix + in_hex(change.key);
    switch (change.what) {
    case What::take: {
        const auto cost = microseconds{change.rule.period}.count() / change.rule.limit * change.count;
        return {"EVALSHA", m_scripts.take,       "1",
                key,       std::to_string(cost), in_us(change.rule.period)};
    }
    case What::failures:
        return {"EVALSHA",
                m_scripts.failures,
                "1",
                key,
                std::to_string(change.count),
                std::to_string(change.backoff.free),
                in_us(change.backoff.first),
                in_us(change.backoff.longest),
                in_us(change.backoff.memory)};
    case What::remember: return {"SET", key, "1", "EX", std::to_string(change.memory.count())};
    case What::look_for_note: return {"PTTL", key};
    case What::forget: return {"DEL", key};
    }
    return {};
}

void CounterExchange::send(const std::vector<Change>& changes)
{
    std::vector<RedisConnection::Command> commands;
    for (const auto& change : changes)
        commands.push_back(command_of(change));
    if (commands.empty())
        commands.push_back({"PING"});
    const auto answers = m_connection->exchange(commands);
    if (!answers) {
        m_unshared += changes.size();
        return lost(answers.error());
    }
    for (std::size_t index = 0; index < changes.size(); ++index)
        adopt(changes[index], answers->at(index));
}

void CounterExchange::adopt(const Change& change, const RedisConnection::Answer& answer)
{
    const auto& numbers = answer.numbers;
    const auto now = m_now();
    if (change.what == What::take && numbers.size() == 1)
        return change.counters->adopt_bucket(change.key, change.rule, microseconds{numbers[0]}, now);
    // What was changed here meanwhile is newer; its own answer will say all.
    const std::lock_guard lock{m_mutex};
    if (std::any_of(m_changes.begin(), m_changes.end(),
                    [&](const Change& newer) { return newer.key == change.key; }))
        return;
    if (change.what == What::failures && numbers.size() == 2) {
        const auto failures = static_cast<std::uint32_t>(std::clamp<std::int64_t>(numbers[0], 0, UINT32_MAX));
        change.counters->adopt_failures(change.key, change.backoff, failures, microseconds{numbers[1]}, now);
    }
    if (change.what == What::look_for_note && numbers.size() == 1 && numbers[0] > 0)
        change.counters->remember(change.key,
                                  std::chrono::duration_cast<seconds>(milliseconds{numbers[0]}), now);
}

} // namespace kith::limits
