// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/account.h"

namespace kith::api {

struct StatusMention {
    std::string id;
    std::string username;
    std::string url;
    std::string acct;
};
template <class V>
void describe(V& v, StatusMention& e)
{
    v("id", e.id);
    v("username", e.username);
    v("url", e.url);
    v("acct", e.acct);
}

struct StatusTag {
    std::string name;
    std::string url;
};
template <class V>
void describe(V& v, StatusTag& e)
{
    v("name", e.name);
    v("url", e.url);
}

struct StatusApplication {
    std::string name;
    std::optional<std::string> website;
};
template <class V>
void describe(V& v, StatusApplication& e)
{
    v("name", e.name);
    v("website", e.website);
}

struct QuoteApproval {
    std::vector<std::string> automatic;
    std::vector<std::string> manual;
    std::string current_user = "denied";
};
template <class V>
void describe(V& v, QuoteApproval& e)
{
    v("automatic", e.automatic);
    v("manual", e.manual);
    v("current_user", e.current_user);
}

/// What Kith adds to Mastodon's Status.
struct StatusKith {
    std::string audience = "public"; ///< the exact one: public, unlisted, followers, friends, custom, direct, self
    std::string kind = "note";
};
template <class V>
void describe(V& v, StatusKith& e)
{
    v("audience", e.audience);
    v("kind", e.kind);
}

/// Mastodon's Status.
struct Status {
    std::string id;
    std::string uri;
    Timestamp created_at{};
    Account account;
    std::string content; ///< sanitised HTML
    std::string visibility = "public"; ///< Mastodon's four: public, unlisted, private, direct
    bool sensitive = false;
    std::string spoiler_text;
    std::vector<json::value> media_attachments;
    std::optional<StatusApplication> application;
    std::vector<StatusMention> mentions;
    std::vector<StatusTag> tags;
    std::vector<CustomEmoji> emojis;
    std::int64_t reblogs_count = 0;
    std::int64_t favourites_count = 0;
    std::int64_t quotes_count = 0;
    std::int64_t replies_count = 0;
    std::optional<std::string> url;
    std::optional<std::string> in_reply_to_id;
    std::optional<std::string> in_reply_to_account_id;
    std::shared_ptr<Status> reblog;
    json::value poll;
    json::value card;
    std::optional<std::string> language;
    std::optional<std::string> text; ///< the source, only in the answer to a deletion
    std::optional<Timestamp> edited_at;
    json::value quote;
    QuoteApproval quote_approval;
    std::optional<bool> favourited;
    std::optional<bool> reblogged;
    std::optional<bool> muted;
    std::optional<bool> bookmarked;
    std::optional<bool> pinned;
    std::optional<StatusKith> kith;
};
template <class V>
void describe(V& v, Status& e)
{
    v("id", e.id);
    v.require(!e.id.empty());
    v("uri", e.uri);
    v("created_at", e.created_at);
    v("account", e.account);
    v.require(!e.account.id.empty());
    v("content", e.content);
    v("visibility", e.visibility);
    v("sensitive", e.sensitive);
    v("spoiler_text", e.spoiler_text);
    v("media_attachments", e.media_attachments);
    v.optional("application", e.application);
    v("mentions", e.mentions);
    v("tags", e.tags);
    v("emojis", e.emojis);
    v("reblogs_count", e.reblogs_count);
    v("favourites_count", e.favourites_count);
    v("quotes_count", e.quotes_count);
    v("replies_count", e.replies_count);
    v("url", e.url);
    v("in_reply_to_id", e.in_reply_to_id);
    v("in_reply_to_account_id", e.in_reply_to_account_id);
    v("reblog", e.reblog);
    v("poll", e.poll);
    v("card", e.card);
    v("language", e.language);
    v.optional("text", e.text);
    v("edited_at", e.edited_at);
    v("quote", e.quote);
    v("quote_approval", e.quote_approval);
    v.optional("favourited", e.favourited);
    v.optional("reblogged", e.reblogged);
    v.optional("muted", e.muted);
    v.optional("bookmarked", e.bookmarked);
    v.optional("pinned", e.pinned);
    v.optional("kith", e.kith);
}

/// A status's thread: what it answers, oldest first, and what answers it.
struct Context {
    std::vector<Status> ancestors;
    std::vector<Status> descendants;
};
template <class V>
void describe(V& v, Context& e)
{
    v("ancestors", e.ancestors);
    v("descendants", e.descendants);
}

} // namespace kith::api
