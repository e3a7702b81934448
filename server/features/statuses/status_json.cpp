// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_queries.h"

#include <map>

namespace kith::statuses {

using db::Query;

namespace {

constexpr Query k_mentions{"statuses.render_mentions",
                           "SELECT status_id, account_id FROM status_mentions WHERE NOT silent AND status_id IN "};
constexpr Query k_tags{"statuses.render_tags", "SELECT status_id, name, shown FROM status_tags WHERE status_id IN "};

template <class F>
void for_each_slice(const std::vector<Status>& statuses, F run)
{
    for (std::size_t at = 0; at < statuses.size(); at += 500) {
        std::vector<db::Param> params;
        for (std::size_t i = at; i < std::min(at + 500, statuses.size()); ++i)
            params.push_back(db::to_param(statuses[i].id));
        run(params);
    }
}

} // namespace

ViewerState state_for(Viewer viewer, AccountId author)
{
    ViewerState state;
    if (!viewer.account)
        return state;
    state.favourited = state.reblogged = state.muted = state.bookmarked = false;
    if (*viewer.account == author)
        state.pinned = false;
    return state;
}

std::vector<api::Status> render(Tx& tx, Viewer viewer, const std::vector<Status>& statuses)
{
    std::set<AccountId> people;
    std::multimap<StatusId, AccountId> mentions;
    std::multimap<StatusId, api::StatusTag> tags;
    for (const auto& status : statuses)
        people.insert(status.account_id);
    for_each_slice(statuses, [&](const std::vector<db::Param>& ids) {
        for (const auto& row : tx.query_list(k_mentions, k_mentions.sql + db::in_list(1, ids.size()), ids)) {
            mentions.emplace(row.id<StatusId>(0), row.id<AccountId>(1));
            people.insert(row.id<AccountId>(1));
        }
        for (const auto& row : tx.query_list(k_tags, k_tags.sql + db::in_list(1, ids.size()), ids))
            tags.emplace(row.id<StatusId>(0), api::StatusTag{row.text(2), tx.site().uri("/tags/" + row.text(1))});
    });
    const auto accounts = accounts::find_many(tx, people);

    std::vector<api::Status> out;
    out.reserve(statuses.size());
    for (const auto& status : statuses) {
        const auto author = accounts.find(status.account_id);
        if (author == accounts.end())
            continue; // cannot be: a status's author is a foreign key
        api::Status item;
        item.id = status.id.to_string();
        item.uri = uri_of(tx.site(), status, author->second);
        item.url = url_of(tx.site(), status, author->second);
        item.created_at = status.created_at;
        item.account = accounts::render(tx.site(), author->second);
        item.content = status.html;
        item.visibility = mastodon_visibility(status.audience);
        item.sensitive = status.sensitive;
        item.spoiler_text = status.spoiler_text;
        item.language = status.language;
        item.replies_count = status.replies;
        item.reblogs_count = status.boosts;
        item.favourites_count = status.favourites;
        item.edited_at = status.edited_at;
        if (status.parent_id)
            item.in_reply_to_id = status.parent_id->to_string();
        if (status.parent_account_id)
            item.in_reply_to_account_id = status.parent_account_id->to_string();
        for (auto [it, end] = mentions.equal_range(status.id); it != end; ++it)
            if (const auto person = accounts.find(it->second); person != accounts.end())
                item.mentions.push_back({person->second.id.to_string(), person->second.username, person->second.url,
                                         person->second.acct()});
        for (auto [it, end] = tags.equal_range(status.id); it != end; ++it)
            item.tags.push_back(it->second);
        item.kith = api::StatusKith{to_string(status.audience), to_string(status.kind)};
        const auto state = state_for(viewer, status.account_id);
        item.favourited = state.favourited;
        item.reblogged = state.reblogged;
        item.muted = state.muted;
        item.bookmarked = state.bookmarked;
        item.pinned = state.pinned;
        out.push_back(std::move(item));
    }
    return out;
}

api::Status render(Tx& tx, Viewer viewer, const Status& status)
{
    auto all = render(tx, viewer, std::vector<Status>{status});
    return std::move(all.at(0));
}

} // namespace kith::statuses
