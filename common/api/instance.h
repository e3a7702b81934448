// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/account.h"

namespace kith::api {

struct InstanceUrls {
    std::string streaming; ///< ws: or wss:
    std::optional<std::string> status;
    std::string about;
    std::optional<std::string> privacy_policy;
    std::optional<std::string> terms_of_service;
};
template <class V>
void describe(V& v, InstanceUrls& e)
{
    v("streaming", e.streaming);
    v("status", e.status);
    v("about", e.about);
    v("privacy_policy", e.privacy_policy);
    v("terms_of_service", e.terms_of_service);
}

struct AccountLimits {
    std::int64_t max_display_name_length = 100;
    std::int64_t max_note_length = 2000;
    std::int64_t max_avatar_description_length = 0;
    std::int64_t max_header_description_length = 0;
    std::int64_t max_featured_tags = 0;
    std::int64_t max_pinned_statuses = 0;
    std::int64_t max_profile_fields = 0;
    std::int64_t profile_field_name_limit = 0;
    std::int64_t profile_field_value_limit = 0;
};
template <class V>
void describe(V& v, AccountLimits& e)
{
    v("max_display_name_length", e.max_display_name_length);
    v("max_note_length", e.max_note_length);
    v("max_avatar_description_length", e.max_avatar_description_length);
    v("max_header_description_length", e.max_header_description_length);
    v("max_featured_tags", e.max_featured_tags);
    v("max_pinned_statuses", e.max_pinned_statuses);
    v("max_profile_fields", e.max_profile_fields);
    v("profile_field_name_limit", e.profile_field_name_limit);
    v("profile_field_value_limit", e.profile_field_value_limit);
}

struct StatusLimits {
    std::int64_t max_characters = 5000;
    std::int64_t max_media_attachments = 0;
    std::int64_t characters_reserved_per_url = 23;
};
template <class V>
void describe(V& v, StatusLimits& e)
{
    v("max_characters", e.max_characters);
    v("max_media_attachments", e.max_media_attachments);
    v("characters_reserved_per_url", e.characters_reserved_per_url);
}

struct MediaLimits {
    std::vector<std::string> supported_mime_types;
    std::int64_t description_limit = 0;
    std::int64_t image_size_limit = 0;
    std::int64_t image_matrix_limit = 0;
    std::int64_t video_size_limit = 0;
    std::int64_t video_frame_rate_limit = 0;
    std::int64_t video_matrix_limit = 0;
};
template <class V>
void describe(V& v, MediaLimits& e)
{
    v("supported_mime_types", e.supported_mime_types);
    v("description_limit", e.description_limit);
    v("image_size_limit", e.image_size_limit);
    v("image_matrix_limit", e.image_matrix_limit);
    v("video_size_limit", e.video_size_limit);
    v("video_frame_rate_limit", e.video_frame_rate_limit);
    v("video_matrix_limit", e.video_matrix_limit);
}

struct PollLimits {
    std::int64_t max_options = 0;
    std::int64_t max_characters_per_option = 0;
    std::int64_t min_expiration = 0;
    std::int64_t max_expiration = 0;
};
template <class V>
void describe(V& v, PollLimits& e)
{
    v("max_options", e.max_options);
    v("max_characters_per_option", e.max_characters_per_option);
    v("min_expiration", e.min_expiration);
    v("max_expiration", e.max_expiration);
}

struct FeedAccess {
    std::string local = "public";
    std::string remote = "public";
};
template <class V>
void describe(V& v, FeedAccess& e)
{
    v("local", e.local);
    v("remote", e.remote);
}

struct TimelinesAccess {
    FeedAccess live_feeds;
    FeedAccess hashtag_feeds;
    FeedAccess trending_link_feeds;
};
template <class V>
void describe(V& v, TimelinesAccess& e)
{
    v("live_feeds", e.live_feeds);
    v("hashtag_feeds", e.hashtag_feeds);
    v("trending_link_feeds", e.trending_link_feeds);
}

struct Vapid {
    std::string public_key;
};
template <class V>
void describe(V& v, Vapid& e)
{
    v("public_key", e.public_key);
}

struct Translation {
    bool enabled = false;
};
template <class V>
void describe(V& v, Translation& e)
{
    v("enabled", e.enabled);
}

/// Both versions of Instance carry it; version 1 reads a part of it.
struct InstanceConfiguration {
    InstanceUrls urls;
    Vapid vapid;
    AccountLimits accounts;
    StatusLimits statuses;
    MediaLimits media_attachments;
    PollLimits polls;
    Translation translation;
    TimelinesAccess timelines_access;
    bool limited_federation = false;
};
template <class V>
void describe(V& v, InstanceConfiguration& e)
{
    v("urls", e.urls);
    v("vapid", e.vapid);
    v("accounts", e.accounts);
    v("statuses", e.statuses);
    v("media_attachments", e.media_attachments);
    v("polls", e.polls);
    v("translation", e.translation);
    v("timelines_access", e.timelines_access);
    v("limited_federation", e.limited_federation);
}

struct InstanceUsers {
    std::int64_t active_month = 0;
};
template <class V>
void describe(V& v, InstanceUsers& e)
{
    v("active_month", e.active_month);
}

struct InstanceUsage {
    InstanceUsers users;
};
template <class V>
void describe(V& v, InstanceUsage& e)
{
    v("users", e.users);
}

struct InstanceThumbnail {
    std::string url;
    std::string description;
};
template <class V>
void describe(V& v, InstanceThumbnail& e)
{
    v("url", e.url);
    v("description", e.description);
}

struct InstanceRegistrations {
    bool enabled = false;
    bool approval_required = false;
    std::optional<std::string> message;
    std::optional<std::int64_t> min_age;
    std::optional<bool> reason_required = false;
    std::optional<std::string> url;
};
template <class V>
void describe(V& v, InstanceRegistrations& e)
{
    v("enabled", e.enabled);
    v("approval_required", e.approval_required);
    v("message", e.message);
    v("min_age", e.min_age);
    v("reason_required", e.reason_required);
    v("url", e.url);
}

struct InstanceContact {
    std::string email;
    std::optional<Account> account;
};
template <class V>
void describe(V& v, InstanceContact& e)
{
    v("email", e.email);
    v("account", e.account);
}

struct ApiVersions {
    std::int64_t mastodon = 1;
    std::int64_t kith = 1; ///< of /api/kith/v1; absent elsewhere
};
template <class V>
void describe(V& v, ApiVersions& e)
{
    v("mastodon", e.mastodon);
    v("kith", e.kith);
}

/// GET /api/v2/instance
struct Instance {
    std::string domain;
    std::string title;
    std::string version;
    std::string source_url;
    std::string description;
    std::optional<std::string> wrapstodon;
    InstanceUsage usage;
    InstanceThumbnail thumbnail;
    std::vector<json::value> icon;
    std::vector<std::string> languages;
    InstanceConfiguration configuration;
    InstanceRegistrations registrations;
    ApiVersions api_versions;
    InstanceContact contact;
    std::vector<json::value> rules;
};
template <class V>
void describe(V& v, Instance& e)
{
    v("domain", e.domain);
    v("title", e.title);
    v("version", e.version);
    v("source_url", e.source_url);
    v("description", e.description);
    v("wrapstodon", e.wrapstodon);
    v("usage", e.usage);
    v("thumbnail", e.thumbnail);
    v("icon", e.icon);
    v("languages", e.languages);
    v("configuration", e.configuration);
    v("registrations", e.registrations);
    v("api_versions", e.api_versions);
    v("contact", e.contact);
    v("rules", e.rules);
}

struct InstanceV1Urls {
    std::string streaming_api;
};
template <class V>
void describe(V& v, InstanceV1Urls& e)
{
    v("streaming_api", e.streaming_api);
}

struct InstanceV1Stats {
    std::int64_t user_count = 0;
    std::int64_t status_count = 0;
    std::int64_t domain_count = 0;
};
template <class V>
void describe(V& v, InstanceV1Stats& e)
{
    v("user_count", e.user_count);
    v("status_count", e.status_count);
    v("domain_count", e.domain_count);
}

/// GET /api/v1/instance, which old clients read.
struct InstanceV1 {
    std::string uri; ///< the domain
    std::string title;
    std::string short_description;
    std::string description;
    std::string email;
    std::string version;
    InstanceV1Urls urls;
    InstanceV1Stats stats;
    std::optional<std::string> thumbnail;
    std::vector<std::string> languages;
    bool registrations = false;
    bool approval_required = false;
    bool invites_enabled = false;
    InstanceConfiguration configuration;
    std::optional<Account> contact_account;
    std::vector<json::value> rules;
};
template <class V>
void describe(V& v, InstanceV1& e)
{
    v("uri", e.uri);
    v("title", e.title);
    v("short_description", e.short_description);
    v("description", e.description);
    v("email", e.email);
    v("version", e.version);
    v("urls", e.urls);
    v("stats", e.stats);
    v("thumbnail", e.thumbnail);
    v("languages", e.languages);
    v("registrations", e.registrations);
    v("approval_required", e.approval_required);
    v("invites_enabled", e.invites_enabled);
    v("configuration", e.configuration);
    v("contact_account", e.contact_account);
    v("rules", e.rules);
}

} // namespace kith::api
