// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/auth/auth.h"
#include "server/core/cache.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace kith::auth {

/// Tokens that were valid when they were last read, by their hash. A notice about a token or an account makes what stands here
/// of it count no more, and leaves the others alone: anybody may revoke tokens of his own all day. Any thread.
///
/// A notice touches no entry. It leaves its moment under the id that it names, and an entry counts only while it was read
/// after those of its token and of its account. Ids share places: a stranger's notice costs a reading at times, no more.
class KnownTokens {
    struct Entry {
        Identity identity;
        std::uint64_t at; ///< its ticket's
    };
    using Cache = core::Cache<std::string, Entry>;

public:
    struct Ticket {
        std::uint64_t at;
        Cache::Ticket cache;
    };

    /// `budget`: bytes for all of them.
    explicit KnownTokens(std::size_t budget) : m_cache(budget) { }

    /// Before the database is read.
    Ticket ticket() const { return {m_clock.load(), m_cache.ticket()}; }
    void fill(const std::string& key, const Identity& identity, Ticket ticket);
    /// Null when it is not known, or may have changed since.
    std::shared_ptr<const Identity> find(const std::string& key);

    /// What the topic "access" tells (access_notices.h).
    void hear(std::string_view notice);
    /// Anything may have changed.
    void clear() { m_cache.clear(); }

private:
    /// When something with an id of this remainder last changed.
    using Moments = std::array<std::atomic<std::uint64_t>, 4096>;

    static std::size_t place_of(std::int64_t id);
    void change(Moments& moments, std::int64_t id);

    Cache m_cache;
    std::atomic<std::uint64_t> m_clock{0};
    Moments m_tokens{};
    Moments m_accounts{};
};

} // namespace kith::auth
