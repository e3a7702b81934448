// SPDX-License-Identifier: Apache-2.0
#include "server/features/timelines/timeline_audience.h"

#include <algorithm>
#include <bit>

namespace kith::timelines {

using db::Query;
using statuses::Audience;
using statuses::Feed;
using statuses::FeedFilter;
using statuses::Viewer;

namespace {

constexpr Query k_tags{"streaming.tags", "SELECT name FROM status_tags WHERE status_id = $1"};
// The rule of the home timeline, from the other side. $2 is whom it answers, or the author.
constexpr Query k_home_readers{"streaming.home_readers", R"sql(
    SELECT f.account_id FROM follows f
    WHERE f.target_id = $1 AND f.state = 1
      AND ($2 = f.target_id OR $2 = f.account_id OR
           EXISTS (SELECT 1 FROM follows p WHERE p.account_id = f.account_id AND p.target_id = $2 AND p.state = 1))
      AND f.account_id IN )sql"};
constexpr Query k_followers{"streaming.followers", R"sql(
    SELECT account_id FROM follows WHERE target_id = $1 AND state = 1 AND account_id IN )sql"};
constexpr Query k_friends{"streaming.friends", R"sql(
    SELECT f.account_id FROM follows f JOIN follows b ON b.account_id = f.target_id AND b.target_id = f.account_id
    WHERE f.target_id = $1 AND f.state = 1 AND b.state = 1 AND f.account_id IN )sql"};

std::vector<AccountId> among(Tx& tx, const Query& query, std::vector<db::Param> params,
                             std::span<const AccountId> candidates)
{
    std::vector<AccountId> found;
    if (candidates.empty())
        return found;
    // Few lengths are few texts to prepare: the last one fills up.
    const auto length = std::min<std::size_t>(std::bit_ceil(candidates.size()), 500);
    const auto first = params.size() + 1;
    for (std::size_t i = 0; i < length; ++i)
        params.push_back(db::to_param(candidates[std::min(i, candidates.size() - 1)]));
    for (const auto& row : tx.query_list(query, query.sql + db::in_list(first, length), params))
        found.push_back(row.id<AccountId>(0));
    return found;
}

/// Whether the timeline has it, by the query that a reload would run.
bool shows(Tx& tx, Viewer viewer, const FeedFilter& filter, StatusId status)
{
    features::Page page;
    page.max_id = status.value + 1;
    page.min_id = status.value - 1;
    page.limit = 1;
    return !statuses::list(tx, viewer, filter, page).empty();
}

std::set<std::string> tags_of(Tx& tx, StatusId status)
{
    std::set<std::string> tags;
    for (const auto& row : tx.query(k_tags, status))
        tags.insert(row.text(0));
    return tags;
}

bool may_see(Tx& tx, Viewer viewer, const Status& status)
{
    return !statuses::visible_only(tx, viewer, {status}).empty();
}

} // namespace

PublicPlaces public_places(Tx& tx, const Status& status, const std::set<std::string>& wanted_tags)
{
    PublicPlaces places;
    if (status.audience != Audience::public_)
        return places;
    FeedFilter filter;
    filter.feed = Feed::public_all;
    places.timelines = shows(tx, Viewer{}, filter, status.id);
    if (wanted_tags.empty())
        return places;
    filter.feed = Feed::hashtag;
    for (const auto& tag : tags_of(tx, status.id)) {
        filter.tag = tag;
        if (wanted_tags.contains(tag) && shows(tx, Viewer{}, filter, status.id))
            places.tags.insert(tag);
    }
    return places;
}

PublicPlaces former_public_places(Tx& tx, const Status& status)
{
    PublicPlaces places;
    const auto& policy = statuses::policy(status.kind);
    if (status.audience != Audience::public_ || status.state != statuses::State::published ||
        status.boost_of || !policy.public_timelines || !policy.mastodon_api)
        return places;
    places.timelines = !status.parent_account_id && !status.parent_uri;
    places.tags = tags_of(tx, status.id);
    return places;
}

std::vector<AccountId> home_readers(Tx& tx, const Status& status, std::span<const AccountId> candidates)
{
    const auto& policy = statuses::policy(status.kind);
    if (!policy.home || !policy.mastodon_api)
        return {};
    const auto author = status.account_id;
    auto readers =
        among(tx, k_home_readers,
              {db::to_param(author), db::to_param(status.parent_account_id.value_or(author))}, candidates);
    // What a stranger may see, everybody may: most posts need no question per reader.
    if (!may_see(tx, Viewer{}, status))
        std::erase_if(readers, [&](AccountId reader) { return !may_see(tx, Viewer{reader}, status); });
    if (std::find(candidates.begin(), candidates.end(), author) != candidates.end()) {
        FeedFilter own;
        own.account = author;
        if (shows(tx, Viewer{author}, own, status.id))
            readers.push_back(author);
    }
    return readers;
}

std::vector<AccountId> former_home_readers(Tx& tx, AccountId author, Audience audience,
                                           std::span<const AccountId> candidates)
{
    switch (audience) {
    case Audience::public_:
    case Audience::unlisted:
    case Audience::followers: return among(tx, k_followers, {db::to_param(author)}, candidates);
    case Audience::friends: return among(tx, k_friends, {db::to_param(author)}, candidates);
    case Audience::custom:
    case Audience::direct:
    case Audience::self: return {};
    }
    return {};
}

} // namespace kith::timelines
