// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_queries.h"

#include <map>

namespace kith::statuses {

using db::Query;

namespace {

constexpr Query k_followed{"statuses.viewer_follows",
                           "SELECT target_id FROM follows WHERE account_id = $1 AND state = 1 AND target_id IN "};
constexpr Query k_following{"statuses.follows_viewer",
                            "SELECT account_id FROM follows WHERE target_id = $1 AND state = 1 AND account_id IN "};
constexpr Query k_mentions{"statuses.mentions_viewer",
                           "SELECT status_id FROM status_mentions WHERE account_id = $1 AND status_id IN "};
constexpr Query k_suspended{"statuses.suspended_authors",
                            "SELECT id FROM accounts WHERE suspended_at IS NOT NULL AND id IN "};

/// The ids of `wanted` for which the query, with the viewer as $1, has a row.
template <class IdType>
std::set<IdType> matching(Tx& tx, const Query& query, std::optional<AccountId> viewer, const std::set<IdType>& wanted)
{
    std::set<IdType> found;
    std::vector<db::Param> params;
    const std::size_t first = viewer ? 2 : 1;
    const auto run = [&] {
        const auto ids = params.size() - (first - 1);
        if (ids == 0)
            return;
        for (const auto& row : tx.query_list(query, query.sql + db::in_list(first, ids), params))
            found.insert(row.id<IdType>(0));
    };
    const auto restart = [&] {
        params.clear();
        if (viewer)
            params.push_back(db::to_param(*viewer));
    };
    restart();
    for (const auto id : wanted) {
        params.push_back(db::to_param(id));
        if (params.size() == 500) {
            run();
            restart();
        }
    }
    run();
    return found;
}

/// Everything the predicate needs to know about one viewer and some statuses, read in a few queries.
struct Facts {
    std::optional<AccountId> viewer;
    std::set<AccountId> followed;   ///< authors whom the viewer follows
    std::set<AccountId> following;  ///< authors who follow the viewer
    std::set<StatusId> mentioned;   ///< statuses that name the viewer
    std::set<AccountId> suspended;

    bool admits(const Status& status) const
    {
        if (status.audience == Audience::public_ || status.audience == Audience::unlisted)
            return true;
        if (!viewer)
            return false;
        if (status.account_id == *viewer || mentioned.contains(status.id))
            return status.audience != Audience::self || status.account_id == *viewer;
        if (status.audience == Audience::followers)
            return followed.contains(status.account_id);
        if (status.audience == Audience::friends)
            return followed.contains(status.account_id) && following.contains(status.account_id);
        return false;
    }
};

} // namespace

std::vector<Status> visible_only(Tx& tx, Viewer viewer, std::vector<Status> statuses)
{
    if (statuses.empty())
        return statuses;

    std::set<StatusId> root_ids;
    for (const auto& status : statuses)
        if (status.root_id != status.id)
            root_ids.insert(status.root_id);
    std::map<StatusId, Status> roots;
    for (auto& root : find_many(tx, root_ids))
        roots.emplace(root.id, std::move(root));

    std::set<AccountId> authors;
    std::set<StatusId> narrow;
    const auto look_at = [&](const Status& status) {
        authors.insert(status.account_id);
        if (status.audience != Audience::public_ && status.audience != Audience::unlisted)
            narrow.insert(status.id);
    };
    for (const auto& status : statuses)
        look_at(status);
    for (const auto& [id, root] : roots)
        look_at(root);

    Facts facts;
    facts.viewer = viewer.account;
    facts.suspended = matching(tx, k_suspended, std::nullopt, authors);
    if (viewer.account && !narrow.empty()) {
        facts.followed = matching(tx, k_followed, viewer.account, authors);
        facts.following = matching(tx, k_following, viewer.account, authors);
        facts.mentioned = matching(tx, k_mentions, viewer.account, narrow);
    }

    std::erase_if(statuses, [&](const Status& status) {
        if (status.state != State::published)
            return true; // drafts and scheduled posts have routes of their own
        if (status.expires_at && *status.expires_at <= tx.now())
            return true;
        if (facts.suspended.contains(status.account_id) || !facts.admits(status))
            return true;
        const auto root = roots.find(status.root_id);
        return root != roots.end() && status.account_id != viewer.account.value_or(AccountId{}) &&
               !facts.admits(root->second);
    });
    return statuses;
}

} // namespace kith::statuses
