// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_queries.h"

#include <algorithm>
#include <map>

namespace kith::statuses {

using db::Query;

namespace {

constexpr std::size_t k_max_ancestors = 100;
constexpr std::size_t k_max_descendants = 2000;

/// Everything below the root, without the root: as the index has it.
constexpr Query k_same_root{"statuses.same_root", "SELECT " KITH_STATUS_COLUMNS
                                                  "WHERE s.root_id = $1 AND s.root_id <> s.id ORDER BY s.id LIMIT $2"};

} // namespace

Thread thread(Tx& tx, Viewer viewer, const Status& status)
{
    Thread found;
    std::set<StatusId> above_seen{status.id}; // data that goes in a circle ends here
    auto parent = status.parent_id;
    while (parent && found.ancestors.size() < k_max_ancestors && above_seen.insert(*parent).second) {
        auto above = find(tx, *parent);
        if (!above)
            break;
        parent = above->parent_id;
        found.ancestors.push_back(std::move(*above));
    }
    std::reverse(found.ancestors.begin(), found.ancestors.end());
    found.ancestors = visible_only(tx, viewer, std::move(found.ancestors));

    const auto all = visible_only(tx, viewer, read_statuses(tx.query(k_same_root, status.root_id, k_max_descendants)));
    std::map<StatusId, const Status*> by_id;
    std::multimap<StatusId, StatusId> children;
    for (const auto& below : all) {
        by_id.emplace(below.id, &below);
        if (below.parent_id)
            children.emplace(*below.parent_id, below.id);
    }
    std::vector<StatusId> open{status.id};
    std::set<StatusId> seen{status.id};
    while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        if (at != status.id)
            found.descendants.push_back(*by_id.at(at));
        std::vector<StatusId> below;
        for (auto [it, end] = children.equal_range(at); it != end; ++it)
            if (seen.insert(it->second).second)
                below.push_back(it->second);
        std::sort(below.begin(), below.end(), std::greater<>{}); // the oldest on top of the stack
        open.insert(open.end(), below.begin(), below.end());
    }
    return found;
}

} // namespace kith::statuses
