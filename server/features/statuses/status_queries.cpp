// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_queries.h"

#include <algorithm>

namespace kith::statuses {

using db::Query;

namespace {

constexpr Query k_find{"statuses.find", "SELECT " KITH_STATUS_COLUMNS "WHERE s.id = $1"};
constexpr Query k_find_many{"statuses.find_many", "SELECT " KITH_STATUS_COLUMNS "WHERE s.id IN "};
constexpr Query k_find_by_uri{"statuses.find_by_uri", "SELECT " KITH_STATUS_COLUMNS "WHERE s.uri = $1"};
constexpr Query k_is_buried{"statuses.is_buried", "SELECT 1 FROM tombstones WHERE uri = $1"};
constexpr Query k_mentioned{"statuses.mentioned",
                            "SELECT account_id FROM status_mentions WHERE status_id = $1 AND NOT silent ORDER BY account_id"};
constexpr Query k_admitted{"statuses.admitted",
                           "SELECT account_id FROM status_mentions WHERE status_id = $1 ORDER BY account_id"};

// A reply shows at home only when the viewer also follows, or is, the one it answers: else half a conversation.
#define KITH_HOME_WHERE                                                                            \
    "WHERE s.id > $1 AND s.id < $2 AND s.state = 3 AND (s.account_id = $3 OR "                     \
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $3 AND f.target_id = s.account_id AND f.state = 1)) " \
    "AND (s.parent_account_id IS NULL OR s.parent_account_id = $3 OR s.parent_account_id = s.account_id OR "     \
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $3 AND f.target_id = s.parent_account_id AND f.state = 1)) "
// An answer stays one when what it answers is deleted: parent_id goes then, parent_account_id stays.
#define KITH_PUBLIC_WHERE                                                                          \
    "WHERE s.id > $1 AND s.id < $2 AND s.audience = 0 AND s.state = 3 AND s.boost_of IS NULL "     \
    "AND s.parent_account_id IS NULL AND s.parent_uri IS NULL "
// Both sides have an index of their own, so that a post enters one; together they are read as the newest of each.
#define KITH_PUBLIC_BOTH(order)                                                                    \
    "WHERE s.id IN (SELECT here.id FROM (SELECT s.id FROM statuses s " KITH_PUBLIC_WHERE "AND s.local " order "$3) AS here " \
    "UNION ALL SELECT there.id FROM (SELECT s.id FROM statuses s " KITH_PUBLIC_WHERE "AND NOT s.local " order "$3) AS there) "
#define KITH_ACCOUNT_WHERE "WHERE s.id > $1 AND s.id < $2 AND s.account_id = $3 AND s.state = 3 "
// A tag's own page shows what is public, replies too.
#define KITH_TAG_WHERE                                                                             \
    "JOIN status_tags g ON g.status_id = s.id WHERE s.id > $1 AND s.id < $2 AND g.name = $3 AND s.audience = 0 "          \
    "AND s.state = 3 AND s.boost_of IS NULL "
#define KITH_NEWEST "ORDER BY s.id DESC LIMIT "
#define KITH_NEXT "ORDER BY s.id LIMIT "

struct FeedQueries {
    Query newest;
    Query next; ///< for min_id: the ones just above it, oldest first
};
constexpr FeedQueries k_home{{"timelines.home", "SELECT " KITH_STATUS_COLUMNS KITH_HOME_WHERE KITH_NEWEST "$4"},
                             {"timelines.home_next", "SELECT " KITH_STATUS_COLUMNS KITH_HOME_WHERE KITH_NEXT "$4"}};
constexpr FeedQueries k_public{
    {"timelines.public", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_BOTH(KITH_NEWEST) KITH_NEWEST "$3"},
    {"timelines.public_next", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_BOTH(KITH_NEXT) KITH_NEXT "$3"}};
constexpr FeedQueries k_public_local{
    {"timelines.local", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_WHERE "AND s.local " KITH_NEWEST "$3"},
    {"timelines.local_next", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_WHERE "AND s.local " KITH_NEXT "$3"}};
constexpr FeedQueries k_public_remote{
    {"timelines.remote", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_WHERE "AND NOT s.local " KITH_NEWEST "$3"},
    {"timelines.remote_next", "SELECT " KITH_STATUS_COLUMNS KITH_PUBLIC_WHERE "AND NOT s.local " KITH_NEXT "$3"}};
constexpr FeedQueries k_account{
    {"timelines.account", "SELECT " KITH_STATUS_COLUMNS KITH_ACCOUNT_WHERE KITH_NEWEST "$4"},
    {"timelines.account_next", "SELECT " KITH_STATUS_COLUMNS KITH_ACCOUNT_WHERE KITH_NEXT "$4"}};
constexpr FeedQueries k_hashtag{
    {"timelines.hashtag", "SELECT " KITH_STATUS_COLUMNS KITH_TAG_WHERE KITH_NEWEST "$4"},
    {"timelines.hashtag_next", "SELECT " KITH_STATUS_COLUMNS KITH_TAG_WHERE KITH_NEXT "$4"}};

/// One slice of a feed between two ids, exclusive; newest first, or oldest first from below.
std::vector<Status> slice(Tx& tx, const FeedFilter& filter, std::int64_t above, std::int64_t below, bool upwards,
                          std::size_t limit)
{
    const auto pick = [&](const FeedQueries& queries) -> const Query& {
        return upwards ? queries.next : queries.newest;
    };
    switch (filter.feed) {
    case Feed::home: return read_statuses(tx.query(pick(k_home), above, below, filter.account, limit));
    case Feed::public_all: return read_statuses(tx.query(pick(k_public), above, below, limit));
    case Feed::public_local: return read_statuses(tx.query(pick(k_public_local), above, below, limit));
    case Feed::public_remote: return read_statuses(tx.query(pick(k_public_remote), above, below, limit));
    case Feed::account: return read_statuses(tx.query(pick(k_account), above, below, filter.account, limit));
    case Feed::hashtag: return read_statuses(tx.query(pick(k_hashtag), above, below, filter.tag, limit));
    }
    return {};
}

std::vector<AccountId> read_ids(const db::Rows& rows)
{
    std::vector<AccountId> accounts;
    for (const auto& row : rows)
        accounts.push_back(row.id<AccountId>(0));
    return accounts;
}

bool wanted(const FeedFilter& filter, const Status& status)
{
    const auto& shown = policy(status.kind);
    switch (filter.feed) {
    case Feed::home: return shown.home && shown.mastodon_api;
    case Feed::account:
        return shown.profile && shown.mastodon_api &&
               !(filter.exclude_replies && status.parent_account_id && *status.parent_account_id != status.account_id);
    default: return shown.public_timelines && shown.mastodon_api;
    }
}

} // namespace

Status read_status(const db::Row& row)
{
    Status status;
    status.id = row.id<StatusId>(0);
    status.account_id = row.id<AccountId>(1);
    status.kind = row.as<Kind>(2);
    status.state = row.as<State>(3);
    status.audience = row.as<Audience>(4);
    status.local = row.boolean(5);
    status.local_only = row.boolean(6);
    status.sensitive = row.boolean(7);
    status.language = row.maybe_text(8);
    status.parent_id = row.maybe_id<StatusId>(9);
    status.parent_account_id = row.maybe_id<AccountId>(10);
    status.parent_uri = row.maybe_text(11);
    status.root_id = row.id<StatusId>(12);
    status.boost_of = row.maybe_id<StatusId>(13);
    status.remote_uri = row.maybe_text(14);
    status.remote_url = row.maybe_text(15);
    status.created_at = row.time(16);
    status.edited_at = row.maybe_time(17);
    status.expires_at = row.maybe_time(18);
    status.spoiler_text = row.text(19);
    status.html = row.text(20);
    status.source = row.text(21);
    status.source_type = row.text(22);
    status.replies = row.integer(23);
    status.boosts = row.integer(24);
    status.favourites = row.integer(25);
    return status;
}

std::vector<Status> read_statuses(const db::Rows& rows)
{
    std::vector<Status> statuses;
    statuses.reserve(rows.size());
    for (const auto& row : rows)
        statuses.push_back(read_status(row));
    return statuses;
}

std::optional<Status> find(Tx& tx, StatusId id)
{
    const auto row = tx.query_one(k_find, id);
    if (!row)
        return std::nullopt;
    return read_status(*row);
}

std::vector<Status> find_many(Tx& tx, const std::set<StatusId>& ids)
{
    std::vector<Status> found;
    const std::vector<StatusId> all{ids.begin(), ids.end()};
    for (std::size_t at = 0; at < all.size(); at += 500) {
        std::vector<db::Param> params;
        for (std::size_t i = at; i < std::min(at + 500, all.size()); ++i)
            params.push_back(db::to_param(all[i]));
        for (auto& status : read_statuses(
                 tx.query_list(k_find_many, k_find_many.sql + db::in_list(1, params.size()), params)))
            found.push_back(std::move(status));
    }
    return found;
}

std::optional<Status> find_by_uri(Tx& tx, const std::string& uri)
{
    if (const auto id = local_id_of(tx.site(), uri)) {
        auto status = find(tx, *id);
        // The id alone is not the address: the name in it must be the author's.
        if (status && status->local) {
            const auto author = accounts::find(tx, status->account_id);
            if (author && uri_of(tx.site(), *status, *author) == uri)
                return status;
        }
        return std::nullopt;
    }
    const auto row = tx.query_one(k_find_by_uri, uri);
    if (!row)
        return std::nullopt;
    return read_status(*row);
}

Result<Status> find_visible(Tx& tx, Viewer viewer, StatusId id)
{
    auto status = find(tx, id);
    if (status && policy(status->kind).mastodon_api) {
        std::vector<Status> one;
        one.push_back(std::move(*status));
        auto seen = visible_only(tx, viewer, std::move(one));
        if (!seen.empty())
            return std::move(seen.front());
    }
    return fail(Errc::not_found, "Record not found");
}

bool is_buried(Tx& tx, const std::string& uri)
{
    return tx.query_one(k_is_buried, uri).has_value();
}

std::vector<AccountId> mentioned(Tx& tx, StatusId id)
{
    return read_ids(tx.query(k_mentioned, id));
}

std::vector<AccountId> admitted(Tx& tx, StatusId id)
{
    return read_ids(tx.query(k_admitted, id));
}

std::vector<Status> list(Tx& tx, Viewer viewer, const FeedFilter& filter, const Page& page)
{
    return list_page(tx, viewer, filter, page).statuses;
}

Listed list_page(Tx& tx, Viewer viewer, const FeedFilter& filter, const Page& page)
{
    const bool upwards = page.min_id.has_value();
    std::int64_t above = page.min_id.value_or(page.since_id.value_or(0));
    std::int64_t below = page.max_id.value_or(INT64_MAX);
    Listed listed;
    auto& kept = listed.statuses;
    // A few rounds: what the viewer may not see is dropped after the query. The bound keeps one request from reading
    // a whole table that holds nothing for its viewer.
    const std::size_t batch = page.limit * 2 + 10;
    for (int round = 0; round < 8 && kept.size() < page.limit; ++round) {
        auto rows = slice(tx, filter, above, below, upwards, batch);
        const bool exhausted = rows.size() < batch;
        if (!rows.empty())
            (upwards ? above : below) = rows.back().id.value;
        std::erase_if(rows, [&](const Status& status) { return !wanted(filter, status); });
        auto seen = visible_only(tx, viewer, std::move(rows));
        const auto taken = std::min(seen.size(), page.limit - kept.size());
        std::move(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(taken), std::back_inserter(kept));
        listed.whole = exhausted && taken == seen.size();
        if (exhausted)
            break;
    }
    if (upwards)
        std::reverse(kept.begin(), kept.end());
    return listed;
}

} // namespace kith::statuses
