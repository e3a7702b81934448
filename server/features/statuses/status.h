// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/status.h"
#include "server/features/accounts/account.h"
#include "server/features/support/paging.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

/// What people comment on, react to, share and find (design.md, 2).
namespace kith::statuses {

using accounts::Account;
using db::Tx;
using features::Page;

// Fixed numbers: they stand in the database, and in the partial indexes of the first migration.
enum class Kind { note = 0, article, boost, question, reel, video, story, album, event, listing };
enum class State { draft = 0, scheduled, pending, published, removed };
enum class Audience { public_ = 0, unlisted, followers, friends, custom, direct, self };

const char* to_string(Kind kind);
const char* to_string(Audience audience);
/// Kith's seven names and Mastodon's "private".
Result<Audience> parse_audience(std::string_view name);
/// The nearest of Mastodon's four: public, unlisted, private, direct.
const char* mastodon_visibility(Audience audience);

/// Where a kind of status shows up; the default is nowhere (design.md, 2).
struct KindPolicy {
    bool home = false;
    bool profile = false;
    bool public_timelines = false;
    bool mastodon_api = false;
    bool counted = false;
    const char* federates_as = nullptr;
};
const KindPolicy& policy(Kind kind);

struct Status {
    StatusId id;
    AccountId account_id;
    Kind kind = Kind::note;
    State state = State::published;
    Audience audience = Audience::public_;
    bool local = true;
    bool local_only = false;
    bool sensitive = false;
    std::optional<std::string> language;
    std::optional<StatusId> parent_id;
    std::optional<AccountId> parent_account_id;
    std::optional<std::string> parent_uri; ///< of an answered post that we do not have
    StatusId root_id;
    std::optional<StatusId> boost_of;
    std::optional<std::string> remote_uri;
    std::optional<std::string> remote_url;
    Timestamp created_at{};
    std::optional<Timestamp> edited_at;
    std::optional<Timestamp> expires_at;
    std::string spoiler_text;
    std::string html;
    std::string source; ///< what the author typed; empty for one from elsewhere
    std::string source_type = "text/plain";
    std::int64_t replies = 0;
    std::int64_t boosts = 0;
    std::int64_t favourites = 0;
};

/// Who asks: nobody (the public), or an account.
struct Viewer {
    std::optional<AccountId> account;
};

// --- reading

std::optional<Status> find(Tx& tx, StatusId id);
/// By the URI of a remote status, or the computed one of a local.
std::optional<Status> find_by_uri(Tx& tx, const std::string& uri);
std::string uri_of(const core::Site& site, const Status& status, const Account& author);
std::string url_of(const core::Site& site, const Status& status, const Account& author);
/// The id in a local status URI, or nothing.
std::optional<StatusId> local_id_of(const core::Site& site, std::string_view uri);
/// The status when this viewer may see it, else `not_found` without a hint that it exists.
Result<Status> find_visible(Tx& tx, Viewer viewer, StatusId id);
bool is_buried(Tx& tx, const std::string& uri);
/// Who is named in it.
std::vector<AccountId> mentioned(Tx& tx, StatusId id);
/// Who is named, and who was let in without being named.
std::vector<AccountId> admitted(Tx& tx, StatusId id);

/// Keeps what the viewer may see, in order: published, not expired at tx.now(), author not suspended, and admitted by its
/// own audience and by its root's. The one predicate; every read path goes through it.
std::vector<Status> visible_only(Tx& tx, Viewer viewer, std::vector<Status> statuses);

enum class Feed { home, public_all, public_local, public_remote, account, hashtag };
struct FeedFilter {
    Feed feed = Feed::home;
    AccountId account; ///< whose home, whose profile
    bool exclude_replies = false;
    std::string tag = {}; ///< folded
};
/// A page of a timeline, newest first, only what the viewer may see. Over-fetches, so that a page is full when there is
/// more.
std::vector<Status> list(Tx& tx, Viewer viewer, const FeedFilter& filter, const Page& page);
struct Listed {
    std::vector<Status> statuses;
    bool whole = false; ///< the timeline holds nothing beyond them, in the direction of paging
};
/// The same, saying whether there is more.
Listed list_page(Tx& tx, Viewer viewer, const FeedFilter& filter, const Page& page);

struct Thread {
    std::vector<Status> ancestors;   ///< oldest first, at most 100
    std::vector<Status> descendants; ///< depth first, at most 2,000
};
Thread thread(Tx& tx, Viewer viewer, const Status& status);

/// What of a rendered status depends on who looks; empty where nothing is said.
struct ViewerState {
    std::optional<bool> favourited;
    std::optional<bool> reblogged;
    std::optional<bool> muted;
    std::optional<bool> bookmarked;
    std::optional<bool> pinned;
};
ViewerState state_for(Viewer viewer, AccountId author);

/// Mastodon's Status for each, in order, for this viewer.
std::vector<api::Status> render(Tx& tx, Viewer viewer, const std::vector<Status>& statuses);
api::Status render(Tx& tx, Viewer viewer, const Status& status);

// --- writing

/// What the client sent, checked, and rendered before the transaction.
struct Draft {
    std::string source;
    std::string html;
    std::string spoiler_text;
    std::string source_type = "text/plain";
    Audience audience = Audience::public_;
    bool sensitive = false;
    std::optional<std::string> language;
    std::optional<StatusId> parent_id;
    std::vector<AccountId> mentions;
    std::vector<std::pair<std::string, std::string>> tags; ///< folded, shown
    std::optional<std::string> idempotency_key;
};
/// Makes a local status. The same idempotency key gives the same status again. `not_found` when the answered status is
/// not there for the author.
Result<Status> create(Tx& tx, const Account& author, const Draft& draft);

/// A status from elsewhere, sanitised.
struct RemoteStatus {
    std::string uri;
    std::string url;
    std::string html;
    std::string spoiler_text;
    Audience audience = Audience::public_;
    bool sensitive = false;
    std::optional<std::string> language;
    std::string parent_uri;
    std::vector<AccountId> mentions;
    std::vector<AccountId> addressed; ///< may read it without being named
    std::vector<std::pair<std::string, std::string>> tags;
    Timestamp published{};
};
/// Stores it once: a second call answers the first row. `gone` when it was deleted before.
Result<Status> create_remote(Tx& tx, const Account& author, const RemoteStatus& status);

/// Removes the row and leaves a tombstone. `forbidden` when it is not the account's.
Result<void> remove(Tx& tx, const Account& account, const Status& status);
/// Lets these read it without naming them; nobody sees who they are.
void admit(Tx& tx, StatusId status, const std::vector<AccountId>& accounts);
/// A tombstone for something we never had, kept 30 days.
void bury_unseen(Tx& tx, const std::string& uri);

// --- domain events

enum class Arrival {
    fresh, ///< made now: feeds, streams, notifications
    old    ///< fetched or late: stored only
};
struct StatusCreated {
    const Status& status;
    const Account& author;
    const std::vector<AccountId>& mentions;
    Arrival arrival = Arrival::fresh;
};
/// Published before the row goes.
struct StatusDeleted {
    const Status& status;
    const Account& author;
    const std::vector<AccountId>& admitted; ///< named or not
    std::string uri;
};

} // namespace kith::statuses
