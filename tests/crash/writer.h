// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/http_client.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace kith::tests {

/// A person whose program writes without pause, and remembers what the server has acknowledged, so that afterwards every
/// promise can be held against what is there. Used by one thread at a time.
class Writer {
public:
    /// `watched` is the account that it follows and names in its posts.
    Writer(HttpClient client, std::string name, std::string watched, unsigned seed);

    /// One write: a post with an Idempotency-Key, the deletion of one, a follow or its end. False when the server is gone
    /// or did not say yes; what became of the write is then unknown.
    bool step();
    /// As a program does after it lost its server: sends again what was not acknowledged.
    void settle();
    /// Everything that was acknowledged is there, once; nothing else is.
    void check() const;

    bool follows() const { return m_follows; }
    /// The ids of its posts.
    std::set<std::string> posts() const;
    /// Writes that were under way when a server died.
    int unknown_writes() const { return m_unknown_writes; }

private:
    void post();
    void erase();
    void follow(bool wanted);
    std::string send_post(const std::string& key) const;

    HttpClient m_client;
    std::string m_name;
    std::string m_id;
    std::string m_watched_id;
    std::mt19937 m_random;
    unsigned m_count = 0;
    std::map<std::string, std::string> m_posts; ///< key → id
    std::string m_unsure_post;                  ///< key of what was sent and not answered
    std::string m_unsure_deletion;              ///< key
    std::string m_watched;
    bool m_follows = false;
    bool m_unsure_follow = false;
    bool m_wanted_follow = false;
    int m_unknown_writes = 0;
};

/// Every item of a list of the client API, page by page.
std::vector<json::value> all_of(const HttpClient& client, const std::string& path);

} // namespace kith::tests
