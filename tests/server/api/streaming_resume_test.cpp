// SPDX-License-Identifier: Apache-2.0
// What docs/api.md promises a client that comes back: connect, then read on from what it has. No gap, and no double.
#include "tests/server/api/api_fixture.h"

#include <atomic>
#include <set>
#include <thread>

namespace kith::tests {

namespace {

constexpr int k_authors = 4;
constexpr int k_posts = 60; ///< of each author; together they fit a socket's queue
constexpr int k_frames = 7; ///< that one connection lives

/// A client as the documentation wants it, on the home timeline.
class Reader {
public:
    /// `overlap_ms`: how far it reads back.
    Reader(HttpClient person, std::int64_t overlap_ms)
        : m_person(std::move(person)), m_overlap(overlap_ms << 16)
    {
    }

    /// Connects, reads what it has not got, follows the stream for a few frames and loses the connection. Whether
    /// anything new came.
    bool connect_once(int frames)
    {
        const auto before = m_seen.size();
        std::set<std::int64_t> streamed;
        WebSocketClient stream(m_person);
        read_pages();
        for (int i = 0; i < frames; ++i) {
            const auto update = stream.wait_for("update", std::chrono::milliseconds{300});
            if (!update)
                break;
            const auto id = std::stoll(text(update->json(), "id"));
            EXPECT_TRUE(streamed.insert(id).second) << "twice on one stream: " << id;
            m_seen.insert(id);
        }
        return m_seen.size() > before;
    }
    const std::set<std::int64_t>& seen() const { return m_seen; }

private:
    void read_pages()
    {
        auto from = m_seen.empty() ? 1 : std::max<std::int64_t>(*m_seen.rbegin() - m_overlap, 1);
        std::set<std::int64_t> paged;
        while (true) {
            const auto page =
                m_person.get("/api/v1/timelines/home?limit=40&min_id=" + std::to_string(from))
                    .json()
                    .as_array();
            if (page.empty())
                return;
            for (const auto& status : page) {
                const auto id = std::stoll(text(status, "id"));
                EXPECT_TRUE(paged.insert(id).second) << "twice on the pages of one walk: " << id;
                m_seen.insert(id);
            }
            from = *paged.rbegin();
        }
    }

    HttpClient m_person;
    std::int64_t m_overlap;
    std::set<std::int64_t> m_seen;
};

} // namespace

class StreamingResume : public ApiTest { };
KITH_ALL_SERVERS(StreamingResume);

TEST_P(StreamingResume, LosesNothingOverBrokenConnections)
{
    // SQLite gives ids in the order of commits. On PostgreSQL a smaller one may be committed a moment later.
    const auto overlap = GetParam() == Engine::sqlite ? 0 : 60000; // docs/api.md, "Streaming"
    const auto fan = person("fan");
    std::vector<HttpClient> authors;
    for (int i = 0; i < k_authors; ++i) {
        authors.push_back(person("author"));
        fan.post("/api/v1/accounts/" + id_of(authors.back()) + "/follow");
    }
    WebSocketClient witness(fan); // stays connected, and has read nothing before
    std::set<std::int64_t> posted;
    std::mutex mutex;
    std::atomic<int> writing{k_authors};
    std::atomic<int> connections{0};
    std::vector<std::jthread> threads; // joined whatever happens
    for (const auto& author : authors)
        threads.emplace_back([&, author] {
            try {
                for (int i = 0; i < k_posts; ++i) {
                    if (i == k_posts / 2) { // the other half is for those who come again
                        EXPECT_TRUE(eventually([&] { return connections > 0; }));
                    }
                    const auto id = std::stoll(text(post(author, "Number " + std::to_string(i)), "id"));
                    const std::lock_guard lock{mutex};
                    posted.insert(id);
                }
            } catch (const std::exception& error) {
                ADD_FAILURE() << error.what();
            }
            --writing;
        });

    Reader reader{fan, overlap};
    while (writing > 0 && connections < 80) { // an account may open 100 streams in five minutes
        reader.connect_once(k_frames);
        ++connections;
    }
    for (auto& thread : threads)
        thread.join();
    reader.connect_once(0);

    EXPECT_EQ(reader.seen(), posted);
    std::set<std::int64_t> streamed;
    while (streamed.size() < posted.size()) {
        const auto update = witness.wait_for("update");
        if (!update) { // soon after its start a server may have missed something: then it says so
            EXPECT_EQ(witness.close_code(), 1013) << "the stream has a gap after " << streamed.size();
            break;
        }
        EXPECT_TRUE(streamed.insert(std::stoll(text(update->json(), "id"))).second);
    }
    EXPECT_TRUE(streamed == posted || witness.close_code() == 1013);
    EXPECT_GE(connections, 2) << "the burst was over too soon to say anything";
}

} // namespace kith::tests
