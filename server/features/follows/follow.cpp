// SPDX-License-Identifier: Apache-2.0
#include "server/features/follows/follow.h"

#include "server/features/accounts/account_cards.h"

#include <algorithm>
#include <map>

namespace kith::follows {

using db::Query;

namespace {

constexpr Query k_find{"follows.find", "SELECT account_id, target_id, state, uri FROM follows "
                                       "WHERE account_id = $1 AND target_id = $2"};
constexpr Query k_insert{"follows.insert", R"sql(
    INSERT INTO follows (account_id, target_id, state, uri, created_at, cursor_id) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_id, target_id) DO NOTHING)sql"};
constexpr Query k_set_uri{"follows.set_uri", "UPDATE follows SET uri = $1 WHERE account_id = $2 AND target_id = $3"};
// The state in the WHERE makes it happen once, whoever comes second: counts stay exact.
constexpr Query k_accept{"follows.accept", R"sql(
    UPDATE follows SET state = 1 WHERE account_id = $1 AND target_id = $2 AND state = 0)sql"};
constexpr Query k_delete{"follows.delete", R"sql(
    DELETE FROM follows WHERE account_id = $1 AND target_id = $2 RETURNING state)sql"};
constexpr Query k_count_follower{"follows.count_follower",
                                 "UPDATE account_counts SET followers = followers + $1 WHERE account_id = $2"};
constexpr Query k_count_following{"follows.count_following",
                                  "UPDATE account_counts SET following = following + $1 WHERE account_id = $2"};
constexpr Query k_mine{"follows.mine",
                       "SELECT target_id, state FROM follows WHERE account_id = $1 AND target_id IN "};
constexpr Query k_theirs{"follows.theirs",
                         "SELECT account_id, state FROM follows WHERE target_id = $1 AND account_id IN "};
#define KITH_FOLLOWERS                                                                             \
    "SELECT account_id, cursor_id FROM follows "                                                   \
    "WHERE target_id = $1 AND state = 1 AND cursor_id < $2 AND cursor_id > $3 ORDER BY cursor_id "
#define KITH_FOLLOWING                                                                             \
    "SELECT target_id, cursor_id FROM follows "                                                    \
    "WHERE account_id = $1 AND state = 1 AND cursor_id < $2 AND cursor_id > $3 ORDER BY cursor_id "
constexpr Query k_followers{"follows.followers", KITH_FOLLOWERS "DESC LIMIT $4"};
constexpr Query k_next_followers{"follows.followers_next", KITH_FOLLOWERS "LIMIT $4"};
constexpr Query k_following{"follows.following", KITH_FOLLOWING "DESC LIMIT $4"};
constexpr Query k_next_following{"follows.following_next", KITH_FOLLOWING "LIMIT $4"};

Follow read(const db::Row& row)
{
    return Follow{row.id<AccountId>(0), row.id<AccountId>(1), row.as<State>(2), row.maybe_text(3).value_or("")};
}

/// The new row, or nothing when there is one already.
std::optional<Follow> insert(Tx& tx, const Account& account, const Account& target, State state, const std::string& uri)
{
    const auto stored = uri.empty() ? std::optional<std::string>{} : std::optional{uri};
    if (tx.execute(k_insert, account.id, target.id, state, stored, tx.now(), tx.next_id<ActivityId>()) == 0)
        return std::nullopt;
    return Follow{account.id, target.id, state, uri};
}

/// In the order of the accounts' ids, so that two people who follow each other at once never wait for each other.
void add_to_counts(Tx& tx, int change, AccountId account, AccountId target)
{
    if (account < target)
        tx.execute(k_count_following, change, account);
    tx.execute(k_count_follower, change, target);
    if (!(account < target))
        tx.execute(k_count_following, change, account);
    accounts::changed(tx, account);
    accounts::changed(tx, target);
}

Result<void> count(Tx& tx, const Follow& follow, const Account& account, const Account& target)
{
    add_to_counts(tx, 1, account.id, target.id);
    const FollowAccepted accepted{follow, account, target};
    return db::publish(tx, accepted);
}

/// The row that an insert met. It can be gone by now, ended by another transaction: then the work runs again.
Follow find_again(Tx& tx, AccountId account, AccountId target)
{
    auto found = find(tx, account, target);
    if (!found)
        throw db::DbError(db::DbError::Kind::retry, "the follow ended meanwhile");
    return std::move(*found);
}

} // namespace

std::optional<Follow> find(Tx& tx, AccountId account, AccountId target)
{
    const auto row = tx.query_one(k_find, account, target);
    if (!row)
        return std::nullopt;
    return read(*row);
}

Result<Follow> follow(Tx& tx, const Account& account, const Account& target)
{
    if (account.id == target.id)
        return fail(Errc::invalid, "You cannot follow yourself.");
    if (target.suspended_at || target.username == accounts::k_instance_actor)
        return fail(Errc::forbidden, "This action is not allowed");
    const bool at_once = target.local() && !target.locked;
    const auto uri =
        target.local() ? std::string{} : account.uri + "/follows/" + tx.next_id<ActivityId>().to_string();
    const auto made = insert(tx, account, target, at_once ? State::accepted : State::asked, uri);
    if (!made)
        return find_again(tx, account.id, target.id);
    if (at_once) {
        TRY_VOID(count(tx, *made, account, target));
    } else {
        const FollowAsked asked{*made, account, target};
        TRY_VOID(db::publish(tx, asked));
    }
    return *made;
}

Result<Follow> receive(Tx& tx, const Account& account, const Account& target, const std::string& uri)
{
    if (target.suspended_at || target.username == accounts::k_instance_actor)
        return fail(Errc::forbidden, "This account cannot be followed.");
    auto made = insert(tx, account, target, target.locked ? State::asked : State::accepted, uri);
    if (!made) {
        // Asked again, perhaps because our answer was lost: the newest activity is the one to answer.
        tx.execute(k_set_uri, uri, account.id, target.id);
        return find_again(tx, account.id, target.id);
    }
    if (made->state == State::accepted)
        TRY_VOID(count(tx, *made, account, target));
    return *made;
}

Result<void> accept(Tx& tx, const Account& account, const Account& target)
{
    if (tx.execute(k_accept, account.id, target.id) == 0)
        return {};
    return count(tx, *find(tx, account.id, target.id), account, target);
}

Result<bool> remove(Tx& tx, const Account& account, const Account& target, EndedBy by)
{
    const auto before = find(tx, account.id, target.id);
    if (!before)
        return false;
    const auto deleted = tx.query_one(k_delete, account.id, target.id);
    if (!deleted)
        return false; // somebody else was first
    if (deleted->as<State>(0) == State::accepted)
        add_to_counts(tx, -1, account.id, target.id);
    const FollowRemoved removed{*before, account, target, by};
    TRY_VOID(db::publish(tx, removed));
    return true;
}

std::vector<api::Relationship> relationships(Tx& tx, AccountId me, const std::vector<AccountId>& others)
{
    std::map<AccountId, State> mine;
    std::map<AccountId, State> theirs;
    for (std::size_t at = 0; at < others.size(); at += 499) {
        std::vector<db::Param> params{db::to_param(me)};
        for (std::size_t i = at; i < std::min(at + 499, others.size()); ++i)
            params.push_back(db::to_param(others[i]));
        const auto ids = db::in_list(2, params.size() - 1);
        for (const auto& row : tx.query_list(k_mine, k_mine.sql + ids, params))
            mine.emplace(row.id<AccountId>(0), row.as<State>(1));
        for (const auto& row : tx.query_list(k_theirs, k_theirs.sql + ids, params))
            theirs.emplace(row.id<AccountId>(0), row.as<State>(1));
    }
    std::vector<api::Relationship> out;
    for (const auto other : others) {
        api::Relationship item;
        item.id = other.to_string();
        if (const auto it = mine.find(other); it != mine.end()) {
            item.following = item.showing_reblogs = it->second == State::accepted;
            item.requested = it->second == State::asked;
        }
        if (const auto it = theirs.find(other); it != theirs.end()) {
            item.followed_by = it->second == State::accepted;
            item.requested_by = it->second == State::asked;
        }
        out.push_back(std::move(item));
    }
    return out;
}

std::vector<Listed> list(Tx& tx, AccountId account, Side side, const features::Page& page)
{
    std::vector<Listed> listed;
    const bool upwards = page.min_id.has_value();
    const auto below = page.max_id.value_or(INT64_MAX);
    const auto above = page.min_id.value_or(page.since_id.value_or(0));
    const auto& followers = upwards ? k_next_followers : k_followers;
    const auto& following = upwards ? k_next_following : k_following;
    for (const auto& row : tx.query(side == Side::followers ? followers : following, account, below, above, page.limit))
        listed.push_back({row.id<AccountId>(0), row.integer(1)});
    if (upwards)
        std::reverse(listed.begin(), listed.end());
    return listed;
}

} // namespace kith::follows
