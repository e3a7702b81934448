// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/writer.h"

#include <gtest/gtest.h>

namespace kith::tests {

namespace {

constexpr std::size_t k_most_posts = 12;

/// The server said something else than yes.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

json::value ask(const HttpClient& client, const std::string& path)
{
    const auto answer = client.get(path);
    if (answer.status != 200)
        throw Refused(path + " was answered " + std::to_string(answer.status) + ": " + answer.body);
    return answer.json();
}

std::string id_of(const json::value& entity)
{
    return find_string(entity, "id").value();
}

} // namespace

std::vector<json::value> all_of(const HttpClient& client, const std::string& path)
{
    std::vector<json::value> all;
    std::string below;
    while (true) {
        const auto page = ask(client, path + "?limit=40" + below);
        if (page.get_array().empty())
            return all;
        for (const auto& item : page.get_array())
            all.push_back(item);
        below = "&max_id=" + id_of(all.back());
    }
}

Writer::Writer(HttpClient client, std::string name, std::string watched, unsigned seed)
    : m_client(std::move(client)), m_name(std::move(name)), m_random(seed), m_watched(std::move(watched))
{
    m_id = id_of(ask(m_client, "/api/v1/accounts/verify_credentials"));
    m_watched_id = id_of(ask(m_client, "/api/v1/accounts/lookup?acct=" + m_watched));
}

std::string Writer::send_post(const std::string& key) const
{
    json::object form;
    form["status"] = "@" + m_watched + " " + key;
    const HttpClient::Headers headers{{"Content-Type", "application/json"}, {"Idempotency-Key", key}};
    const auto answer = m_client.send("POST", "/api/v1/statuses", headers, to_text(form));
    if (answer.status != 200)
        throw Refused("A post was answered " + std::to_string(answer.status) + ": " + answer.body);
    return id_of(answer.json());
}

void Writer::post()
{
    m_unsure_post = m_name + "-" + std::to_string(++m_count);
    m_posts[m_unsure_post] = send_post(m_unsure_post);
    m_unsure_post.clear();
}

void Writer::erase()
{
    m_unsure_deletion = std::next(m_posts.begin(), static_cast<long>(m_random() % m_posts.size()))->first;
    const auto answer = m_client.del("/api/v1/statuses/" + m_posts.at(m_unsure_deletion));
    if (answer.status != 200)
        throw Refused("A deletion was answered " + std::to_string(answer.status) + ": " + answer.body);
    m_posts.erase(m_unsure_deletion);
    m_unsure_deletion.clear();
}

void Writer::follow(bool wanted)
{
    m_wanted_follow = wanted;
    m_unsure_follow = true;
    const auto answer =
        m_client.post("/api/v1/accounts/" + m_watched_id + (wanted ? "/follow" : "/unfollow"));
    if (answer.status != 200)
        throw Refused("A follow was answered " + std::to_string(answer.status) + ": " + answer.body);
    m_follows = wanted;
    m_unsure_follow = false;
}

bool Writer::step()
{
    try {
        const auto choice = m_random() % 10;
        if (choice < 2)
            follow(!m_follows);
        else if (m_posts.size() >= k_most_posts || (choice < 5 && !m_posts.empty()))
            erase();
        else
            post();
        return true;
    } catch (const Refused& refused) {
        ADD_FAILURE() << refused.what();
    } catch (const std::runtime_error&) {
        // Nobody answers any more.
    }
    ++m_unknown_writes;
    return false;
}

void Writer::settle()
{
    if (!m_unsure_post.empty()) {
        const auto id = send_post(m_unsure_post);
        EXPECT_EQ(send_post(m_unsure_post), id) << "one key, two posts";
        m_posts[m_unsure_post] = id;
        m_unsure_post.clear();
    }
    if (!m_unsure_deletion.empty()) {
        const auto answer = m_client.del("/api/v1/statuses/" + m_posts.at(m_unsure_deletion));
        EXPECT_TRUE(answer.status == 200 || answer.status == 404) << answer.status << answer.body;
        m_posts.erase(m_unsure_deletion);
        m_unsure_deletion.clear();
    }
    if (m_unsure_follow)
        follow(m_wanted_follow);
}

std::set<std::string> Writer::posts() const
{
    std::set<std::string> ids;
    for (const auto& [key, id] : m_posts)
        ids.insert(id);
    return ids;
}

void Writer::check() const
{
    std::map<std::string, std::string> there; // id → html
    for (const auto& status : all_of(m_client, "/api/v1/accounts/" + m_id + "/statuses"))
        EXPECT_TRUE(there.emplace(id_of(status), find_string(status, "content").value()).second);
    for (const auto& [key, id] : m_posts) {
        const auto found = there.find(id);
        if (found == there.end()) {
            ADD_FAILURE() << "the acknowledged post " << key << " is lost";
            continue;
        }
        EXPECT_NE(found->second.find(key), std::string::npos) << found->second;
        there.erase(found);
    }
    for (const auto& [id, content] : there)
        ADD_FAILURE() << "a post that nobody wanted, or that was deleted: " << content;

    const auto self = ask(m_client, "/api/v1/accounts/verify_credentials");
    EXPECT_EQ(find_int(self, "statuses_count"), static_cast<std::int64_t>(m_posts.size())) << m_name;
    EXPECT_EQ(find_int(self, "following_count"), m_follows ? 1 : 0) << m_name;
    const auto relation = ask(m_client, "/api/v1/accounts/relationships?id[]=" + m_watched_id);
    EXPECT_EQ(find_bool(relation.at(0), "following"), m_follows) << m_name;
}

} // namespace kith::tests
