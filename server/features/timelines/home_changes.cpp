// SPDX-License-Identifier: Apache-2.0
#include "server/features/timelines/home_changes.h"

#include "server/auth/access_notices.h"
#include "server/db/tx.h"
#include "server/features/follows/follow.h"
#include "server/features/statuses/status.h"

namespace kith::timelines {

using db::Tx;

namespace {

constexpr const char* k_topic = "home";
constexpr std::string_view k_posted = "posted ";
constexpr std::string_view k_removed = "removed ";
constexpr std::string_view k_relation = "relation ";

void announce_relation(Tx& tx, const accounts::Account& account, const accounts::Account& target)
{
    tx.notify(k_topic, std::string{k_relation} + account.id.to_string() + ' ' + target.id.to_string());
}

/// A payload that this version does not know means that something happened of which it does not know what.
Change parse(std::string_view text)
{
    Change change;
    if (text.starts_with(k_posted)) {
        if (const auto account = AccountId::parse(text.substr(k_posted.size()))) {
            change.kind = Change::Kind::posted;
            change.account = *account;
        }
    } else if (text.starts_with(k_removed)) {
        if (const auto status = StatusId::parse(text.substr(k_removed.size()))) {
            change.kind = Change::Kind::removed;
            change.status = *status;
        }
    } else if (text.starts_with(k_relation)) {
        const auto pair = text.substr(k_relation.size());
        const auto space = pair.find(' ');
        const auto account = AccountId::parse(pair.substr(0, space));
        const auto other = AccountId::parse(space == std::string_view::npos ? "" : pair.substr(space + 1));
        if (account && other) {
            change.kind = Change::Kind::relation;
            change.account = *account;
            change.other = *other;
        }
    }
    return change;
}

} // namespace

void announce_changes(core::EventBus& events)
{
    events.subscribe<statuses::StatusCreated>([](Tx& tx, const statuses::StatusCreated& event) -> Result<void> {
        // What came late enters no feed; but one with an old id may lie among posts that a feed has read already.
        tx.notify(k_topic, std::string{k_posted} + event.author.id.to_string());
        return {};
    });
    events.subscribe<statuses::StatusDeleted>([](Tx& tx, const statuses::StatusDeleted& event) -> Result<void> {
        tx.notify(k_topic, std::string{k_removed} + event.status.id.to_string());
        return {};
    });
    events.subscribe<follows::FollowAccepted>([](Tx& tx, const follows::FollowAccepted& event) -> Result<void> {
        announce_relation(tx, event.account, event.target);
        return {};
    });
    events.subscribe<follows::FollowRemoved>([](Tx& tx, const follows::FollowRemoved& event) -> Result<void> {
        announce_relation(tx, event.account, event.target);
        return {};
    });
}

void watch_changes(db::Notices& notices, ChangeLog& log)
{
    notices.subscribe(k_topic, [&log](const std::string& payload) { log.add(parse(payload)); });
    // Suspensions change what everybody sees; they are rare.
    notices.subscribe(auth::k_access_topic, [&log](const std::string& payload) {
        if (payload.starts_with("account:"))
            log.add(Change{});
    });
    notices.on_gap([&log] { log.add(Change{}); });
}

} // namespace kith::timelines
