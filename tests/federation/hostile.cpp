// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/hostile.h"

#include "common/sqlite/connection.h"

namespace kith::tests {

using ::testing::HasSubstr;

HostilePeer::HostilePeer()
{
    KithdOptions options;
    options.domain = "alpha.test";
    options.certificate = authority.issue("alpha.test", {"alpha.test"});
    options.ca_file = authority.certificate();
    options.connect_to = {evil.connect_to(), good.connect_to(), inner.connect_to()};
    options.settings["KITH_FETCH_ALLOW_ADDRESSES"] = "127.0.0.1/32";
    m_alpha = std::make_unique<KithdProcess>(options);
    alice.emplace(*m_alpha, "alice");
    for (auto [peer, actor] : {std::pair{&evil, &mallory}, std::pair{&good, &grace}}) {
        const auto account = alice->find(actor->name + "@" + peer->host());
        alice->follow(account);
        const auto asked = peer->wait_for("Follow");
        EXPECT_EQ(deliver(*actor, peer->activity("Accept", *actor, asked)), 202) << last().body;
        EXPECT_TRUE(alice->relationship(account).at("following").as_bool());
    }
}

std::string HostilePeer::post_of(Peer& peer, const PeerActor& by, const std::string& text)
{
    const auto note = peer.note(by, text);
    EXPECT_EQ(deliver(by, peer.activity("Create", by, note)), 202) << last().body;
    EXPECT_EQ(count_with(alice->home(), text), 1U);
    return text_of(note, "id");
}

std::string HostilePeer::data() const
{
    sqlite::OpenOptions options;
    options.file = m_alpha->data_dir() / "kith.db";
    options.mode = sqlite::Mode::read_only;
    const auto connection = sqlite::Connection::open(options).value();
    std::string out;
    for (const char* table :
         {"statuses", "status_mentions", "status_tags", "tombstones", "notifications", "seen_activities"})
        out += std::string{table} + " " +
               std::to_string(connection->integer("SELECT COUNT(*) FROM " + std::string{table})) + ", ";
    out +=
        "follows " +
        connection->text("SELECT group_concat(account_id || '>' || target_id || ':' || state) FROM "
                         "(SELECT * FROM follows ORDER BY account_id, target_id)");
    return out;
}

void HostilePeer::expect_refused(const Delivery& delivery, int status, const std::string& sentence)
{
    const auto before = data();
    const auto log_before = alpha().log_text().size();
    EXPECT_EQ(deliver(delivery), status) << last().body;
    EXPECT_THAT(last().error(), HasSubstr(sentence));
    EXPECT_EQ(data(), before);
    EXPECT_TRUE(eventually([&] {
        return alpha().log_text().find(sentence, log_before) != std::string::npos;
    })) << alpha().log_text().substr(log_before);
}

} // namespace kith::tests
