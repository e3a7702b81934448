// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// A line of a profile's table.
struct Field {
    std::string name;
    std::string value; ///< HTML
    std::optional<Timestamp> verified_at;
};
template <class V>
void describe(V& v, Field& e)
{
    v("name", e.name);
    v("value", e.value);
    v("verified_at", e.verified_at);
}

struct CustomEmoji {
    std::string shortcode;
    std::string url;
    std::string static_url;
    bool visible_in_picker = true;
    std::optional<std::string> category;
};
template <class V>
void describe(V& v, CustomEmoji& e)
{
    v("shortcode", e.shortcode);
    v("url", e.url);
    v("static_url", e.static_url);
    v("visible_in_picker", e.visible_in_picker);
    v.optional("category", e.category);
}

/// Whether others may add this account to a collection; Kith does not offer it yet.
struct FeatureApproval {
    std::vector<std::string> automatic;
    std::vector<std::string> manual;
    std::string current_user = "denied";
};
template <class V>
void describe(V& v, FeatureApproval& e)
{
    v("automatic", e.automatic);
    v("manual", e.manual);
    v("current_user", e.current_user);
}

/// What the app's composer starts from; only in one's own account.
struct AccountSource {
    std::vector<std::string> attribution_domains;
    std::string note;
    std::vector<Field> fields;
    std::string privacy = "public";
    bool sensitive = false;
    std::optional<std::string> language;
    std::int64_t follow_requests_count = 0;
    std::optional<bool> hide_collections = false;
    std::optional<bool> discoverable = false;
    bool indexable = false;
    std::string quote_policy = "nobody";
};
template <class V>
void describe(V& v, AccountSource& e)
{
    v("attribution_domains", e.attribution_domains);
    v("note", e.note);
    v("fields", e.fields);
    v("privacy", e.privacy);
    v("sensitive", e.sensitive);
    v("language", e.language);
    v("follow_requests_count", e.follow_requests_count);
    v("hide_collections", e.hide_collections);
    v("discoverable", e.discoverable);
    v("indexable", e.indexable);
    v("quote_policy", e.quote_policy);
}

struct Role {
    std::string id = "-99";
    std::string name;
    std::string color;
    std::string permissions = "0";
    bool highlighted = false;
    std::int64_t collection_limit = 0;
};
template <class V>
void describe(V& v, Role& e)
{
    v("id", e.id);
    v("name", e.name);
    v("color", e.color);
    v("permissions", e.permissions);
    v("highlighted", e.highlighted);
    v("collection_limit", e.collection_limit);
}

/// Mastodon's Account; with `source` and `role` it is a CredentialAccount, one's own.
struct Account {
    std::string id;
    std::string username;
    std::string acct; ///< "mira", or "tomas@harbour.social" for somebody elsewhere
    std::optional<std::string> url;
    std::string uri;
    std::string display_name;
    std::string note; ///< sanitised HTML
    std::string avatar;
    std::string avatar_static;
    std::string avatar_description;
    std::string header;
    std::string header_static;
    std::string header_description;
    bool locked = false;
    std::vector<Field> fields;
    std::vector<CustomEmoji> emojis;
    bool bot = false;
    bool group = false;
    std::optional<bool> discoverable;
    bool indexable = false;
    Timestamp created_at{};
    std::optional<std::string> last_status_at; ///< a date, "2026-11-21"
    std::int64_t statuses_count = 0;
    std::int64_t followers_count = 0;
    std::int64_t following_count = 0;
    std::optional<bool> hide_collections;
    bool show_media = true;
    bool show_media_replies = true;
    bool show_featured = true;
    FeatureApproval feature_approval;
    std::optional<bool> suspended;
    std::optional<AccountSource> source;
    std::optional<Role> role;
};
template <class V>
void describe(V& v, Account& e)
{
    v("id", e.id);
    v.require(!e.id.empty());
    v("username", e.username);
    v("acct", e.acct);
    v("url", e.url);
    v("uri", e.uri);
    v("display_name", e.display_name);
    v("note", e.note);
    v("avatar", e.avatar);
    v("avatar_static", e.avatar_static);
    v("avatar_description", e.avatar_description);
    v("header", e.header);
    v("header_static", e.header_static);
    v("header_description", e.header_description);
    v("locked", e.locked);
    v("fields", e.fields);
    v("emojis", e.emojis);
    v("bot", e.bot);
    v("group", e.group);
    v("discoverable", e.discoverable);
    v("indexable", e.indexable);
    v("created_at", e.created_at);
    v("last_status_at", e.last_status_at);
    v("statuses_count", e.statuses_count);
    v("followers_count", e.followers_count);
    v("following_count", e.following_count);
    v("hide_collections", e.hide_collections);
    v("show_media", e.show_media);
    v("show_media_replies", e.show_media_replies);
    v("show_featured", e.show_featured);
    v("feature_approval", e.feature_approval);
    v.optional("suspended", e.suspended);
    v.optional("source", e.source);
    v.optional("role", e.role);
}

} // namespace kith::api
