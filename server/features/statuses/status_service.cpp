// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_cache.h"
#include "server/features/statuses/status_queries.h"

#include <array>
#include <chrono>

namespace kith::statuses {

using db::Query;

namespace {

constexpr std::size_t k_most_named = 200; ///< statuses that one deletion evicts one by one

constexpr Query k_claim_key{"statuses.claim_key", R"sql(
    INSERT INTO idempotency_keys (account_id, idempotency_key, status_id, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, idempotency_key) DO NOTHING)sql"};
constexpr Query k_find_key{"statuses.find_by_key",
                           "SELECT status_id FROM idempotency_keys WHERE account_id = $1 AND idempotency_key = $2"};
constexpr Query k_insert{"statuses.insert", R"sql(
    INSERT INTO statuses (id, account_id, kind, state, audience, local, sensitive, language, parent_id,
                          parent_account_id, parent_uri, root_id, uri, url, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT DO NOTHING)sql"};
constexpr Query k_insert_text{"statuses.insert_text", R"sql(
    INSERT INTO status_texts (status_id, spoiler_text, html, source, source_type) VALUES ($1, $2, $3, $4, $5))sql"};
constexpr Query k_insert_counts{"statuses.insert_counts", "INSERT INTO status_counts (status_id) VALUES ($1)"};
constexpr Query k_insert_mention{"statuses.insert_mention", R"sql(
    INSERT INTO status_mentions (status_id, account_id, silent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)sql"};
constexpr Query k_insert_tag{"statuses.insert_tag", R"sql(
    INSERT INTO status_tags (status_id, name, shown) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)sql"};
constexpr Query k_hold{"statuses.hold", "SELECT id FROM statuses WHERE id = $1"};
constexpr Query k_count_reply{"statuses.count_reply",
                              "UPDATE status_counts SET replies = replies + $1 WHERE status_id = $2"};
constexpr Query k_count_status{"statuses.count_status", R"sql(
    UPDATE account_counts SET statuses = statuses + 1,
           last_status_at = CASE WHEN last_status_at > $1 THEN last_status_at ELSE $1 END
    WHERE account_id = $2)sql"};
constexpr Query k_uncount_status{"statuses.uncount_status",
                                 "UPDATE account_counts SET statuses = statuses - 1 WHERE account_id = $1"};
constexpr Query k_answers{"statuses.answers", "SELECT id FROM statuses WHERE parent_id = $1 LIMIT $2"};
constexpr Query k_delete{"statuses.delete", "DELETE FROM statuses WHERE id = $1"};
constexpr Query k_bury{"statuses.bury", R"sql(
    INSERT INTO tombstones (uri, deleted_at, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (uri) DO UPDATE SET expires_at = excluded.expires_at)sql"};

constexpr auto k_unseen_tombstone_life = std::chrono::hours{24 * 30};
/// Later than this, a pushed object counts as old: it enters no feed and no stream (design.md, 2).
constexpr auto k_fresh = std::chrono::hours{24};
/// The counter in the ids of past moments begins again with every start, so an id can be taken.
constexpr int k_most_ids = 16;
/// Peers' clocks run ahead now and then; what is further in the future is given our time.
constexpr auto k_clock_slack = std::chrono::hours{1};

bool counts_for_author(const Status& status)
{
    return policy(status.kind).counted && status.audience != Audience::direct && status.audience != Audience::self;
}

/// The rows that every new status has. False when its URI is there already.
bool insert(Tx& tx, const Status& status, const std::vector<AccountId>& mentions,
            const std::vector<std::pair<std::string, std::string>>& tags)
{
    if (tx.execute(k_insert, status.id, status.account_id, status.kind, status.state, status.audience, status.local,
                   status.sensitive, status.language, status.parent_id, status.parent_account_id, status.parent_uri,
                   status.root_id, status.remote_uri, status.remote_url, status.created_at) == 0)
        return false;
    tx.execute(k_insert_text, status.id, status.spoiler_text, status.html, status.source, status.source_type);
    tx.execute(k_insert_counts, status.id);
    for (const auto account : mentions)
        tx.execute(k_insert_mention, status.id, account, false);
    for (const auto& [name, shown] : tags)
        tx.execute(k_insert_tag, status.id, name, shown);
    if (status.parent_id) {
        tx.execute(k_count_reply, 1, *status.parent_id);
        changed(tx, *status.parent_id);
    }
    if (counts_for_author(status)) {
        tx.execute(k_count_status, status.created_at, status.account_id);
        accounts::changed(tx, status.account_id);
    }
    return true;
}

/// False when the parent was deleted a moment ago. Else it stays until this transaction ends.
bool answer_to(Tx& tx, Status& status, const Status& parent)
{
    const std::array id{db::to_param(parent.id)};
    if (tx.query_list(k_hold, k_hold.sql + std::string{tx.for_update()}, id).empty())
        return false;
    status.parent_id = parent.id;
    status.parent_account_id = parent.account_id;
    status.root_id = parent.root_id;
    return true;
}

} // namespace

Result<Status> create(Tx& tx, const Account& author, const Draft& draft)
{
    Status status;
    status.id = tx.next_id<StatusId>();
    if (draft.idempotency_key &&
        tx.execute(k_claim_key, author.id, *draft.idempotency_key, status.id, tx.now()) == 0) {
        const auto earlier = tx.query_one(k_find_key, author.id, *draft.idempotency_key);
        if (earlier)
            if (auto found = find(tx, earlier->id<StatusId>(0)))
                return std::move(*found);
        return fail(Errc::gone, "The post that was sent with this key has been deleted.");
    }
    status.account_id = author.id;
    status.audience = draft.audience;
    status.sensitive = draft.sensitive || !draft.spoiler_text.empty();
    status.language = draft.language;
    status.root_id = status.id;
    status.created_at = tx.now();
    status.spoiler_text = draft.spoiler_text;
    status.html = draft.html;
    status.source = draft.source;
    status.source_type = draft.source_type;
    if (draft.parent_id) {
        TRY(auto parent, find_visible(tx, Viewer{author.id}, *draft.parent_id));
        if (!answer_to(tx, status, parent))
            return fail(Errc::not_found, "Record not found");
    }
    if (!insert(tx, status, draft.mentions, draft.tags))
        throw db::DbError(db::DbError::Kind::bug, "a new status id was taken");
    const StatusCreated created{status, author, draft.mentions};
    TRY_VOID(db::publish(tx, created));
    return status;
}

Result<Status> create_remote(Tx& tx, const Account& author, const RemoteStatus& remote)
{
    if (is_buried(tx, remote.uri))
        return fail(Errc::gone, "This post was deleted.");
    if (auto known = find_by_uri(tx, remote.uri))
        return std::move(*known);

    Status status;
    const bool fresh = remote.published > tx.now() - k_fresh;
    status.created_at = remote.published > tx.now() + k_clock_slack ? tx.now() : remote.published;
    // A fresh one gets its arrival time as id, so that nobody's since_id skips it (design.md, 2).
    status.id = fresh ? tx.next_id<StatusId>() : tx.next_id_at<StatusId>(status.created_at);
    status.account_id = author.id;
    status.local = false;
    status.audience = remote.audience;
    status.sensitive = remote.sensitive || !remote.spoiler_text.empty();
    status.language = remote.language;
    status.root_id = status.id;
    status.remote_uri = remote.uri;
    if (!remote.url.empty())
        status.remote_url = remote.url;
    status.spoiler_text = remote.spoiler_text;
    status.html = remote.html;
    status.source_type = "text/html";
    if (!remote.parent_uri.empty()) {
        const auto parent = find_by_uri(tx, remote.parent_uri);
        if (!parent || !answer_to(tx, status, *parent))
            status.parent_uri = remote.parent_uri;
    }
    for (int tried = 1; !insert(tx, status, remote.mentions, remote.tags); ++tried) {
        // Another worker stored it between the look and the insert.
        if (auto known = find_by_uri(tx, remote.uri))
            return std::move(*known);
        if (fresh || tried == k_most_ids)
            throw db::DbError(db::DbError::Kind::bug, "a new status id was taken");
        const auto id = tx.next_id_at<StatusId>(status.created_at);
        if (status.root_id == status.id)
            status.root_id = id;
        status.id = id;
    }
    admit(tx, status.id, remote.addressed);
    const StatusCreated created{status, author, remote.mentions, fresh ? Arrival::fresh : Arrival::old};
    TRY_VOID(db::publish(tx, created));
    return status;
}

Result<void> remove(Tx& tx, const Account& account, const Status& status)
{
    if (status.account_id != account.id)
        return fail(Errc::forbidden, "This post is not yours.");
    const auto mentions = admitted(tx, status.id);
    const auto uri = uri_of(tx.site(), status, account);
    const StatusDeleted deleted{status, account, mentions, uri};
    TRY_VOID(db::publish(tx, deleted));
    const auto answers = tx.query(k_answers, status.id, k_most_named); // they say what they answer, until now
    if (tx.execute(k_delete, status.id) == 0)
        return fail(Errc::not_found, "Record not found"); // somebody else was first: nothing to count down
    tx.execute(k_bury, uri, tx.now(), std::nullopt);
    changed(tx, status.id);
    if (answers.size() == k_most_named)
        all_changed(tx);
    else
        for (const auto& row : answers)
            changed(tx, row.id<StatusId>(0));
    if (status.parent_id) {
        tx.execute(k_count_reply, -1, *status.parent_id);
        changed(tx, *status.parent_id);
    }
    if (counts_for_author(status)) {
        tx.execute(k_uncount_status, account.id);
        accounts::changed(tx, account.id);
    }
    return {};
}

void admit(Tx& tx, StatusId status, const std::vector<AccountId>& accounts)
{
    for (const auto account : accounts)
        tx.execute(k_insert_mention, status, account, true);
}

void bury_unseen(Tx& tx, const std::string& uri)
{
    tx.execute(k_bury, uri, tx.now(), tx.now() + k_unseen_tombstone_life);
}

} // namespace kith::statuses
