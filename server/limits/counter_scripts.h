// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What Redis does with a counter, at once and by its own clock; LocalCounters does the same in memory. Times are
/// microseconds, which Lua's numbers hold exactly until the year 2255. Every key ends by itself.
namespace kith::limits::scripts {

/// KEYS[1]: a bucket, the moment at which it would be full again. ARGV: what the requests cost, the period.
/// Answers how long from now it takes until it is full.
constexpr const char* k_take = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + cost, now + period)
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return full - now
)lua";

/// KEYS[1]: a hash, f: failures, u: when they are forgotten. ARGV: how many more (below zero: fewer; 0: only look), how many
/// are free, the first delay, the longest one, how long they are remembered after it.
/// Answers the failures and how long from now they are remembered.
constexpr const char* k_failures = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local more, free = tonumber(ARGV[1]), tonumber(ARGV[2])
local first, longest, memory = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local stored = redis.call('HMGET', KEYS[1], 'f', 'u')
local failures, untill = tonumber(stored[1] or 0), tonumber(stored[2] or 0)
if untill <= now then failures = 0 end
if more == 0 then
  if failures == 0 then return {0, 0} end
  return {failures, untill - now}
end
failures = math.max(failures + more, 0)
if failures == 0 then
  redis.call('DEL', KEYS[1])
  return {0, 0}
end
if more > 0 then
  local delay = 0
  if failures > free then delay = math.min(first * 2 ^ math.min(failures - free - 1, 30), longest) end
  untill = now + delay + memory
else
  untill = math.min(untill, now + memory)
end
redis.call('HSET', KEYS[1], 'f', failures, 'u', string.format('%.0f', untill))
redis.call('PEXPIRE', KEYS[1], math.ceil((untill - now) / 1000))
return {failures, untill - now}
)lua";

} // namespace kith::limits::scripts
