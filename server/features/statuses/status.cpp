// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status.h"

#include <array>

namespace kith::statuses {

namespace {

constexpr std::array k_kind_names{"note", "article", "boost", "question", "reel", "video", "story", "album", "event", "listing"};
constexpr std::array k_audience_names{"public", "unlisted", "followers", "friends", "custom", "direct", "self"};

constexpr KindPolicy k_post{true, true, true, true, true, "Note"};
constexpr std::array<KindPolicy, k_kind_names.size()> k_policies{
    k_post,                                           // note
    KindPolicy{true, true, true, true, true, "Article"}, // article
    KindPolicy{true, true, false, true, false, "Announce"}, // boost: home and profile only
    KindPolicy{true, true, true, true, true, "Question"}, // question
    KindPolicy{true, true, true, true, true, "Note"}, // reel
    KindPolicy{true, true, true, true, true, "Video"}, // video
    KindPolicy{},                                     // story: nowhere except the stories API
    KindPolicy{true, true, true, true, true, "Note"}, // album
    KindPolicy{true, true, true, true, true, "Event"}, // event
    KindPolicy{true, true, true, true, true, "Note"}, // listing
};

} // namespace

const char* to_string(Kind kind)
{
    return k_kind_names.at(static_cast<std::size_t>(kind));
}

const char* to_string(Audience audience)
{
    return k_audience_names.at(static_cast<std::size_t>(audience));
}

Result<Audience> parse_audience(std::string_view name)
{
    if (name == "private")
        return Audience::followers;
    for (std::size_t i = 0; i < k_audience_names.size(); ++i)
        if (name == k_audience_names[i])
            return static_cast<Audience>(i);
    return fail(Errc::invalid, "This visibility is not known.");
}

const char* mastodon_visibility(Audience audience)
{
    switch (audience) {
    case Audience::public_: return "public";
    case Audience::unlisted: return "unlisted";
    case Audience::followers:
    case Audience::friends: return "private";
    case Audience::custom:
    case Audience::direct:
    case Audience::self: return "direct";
    }
    return "direct";
}

const KindPolicy& policy(Kind kind)
{
    return k_policies.at(static_cast<std::size_t>(kind));
}

std::string uri_of(const core::Site& site, const Status& status, const Account& author)
{
    if (status.remote_uri)
        return *status.remote_uri;
    return site.uri(accounts::actor_path(author.username) + "/statuses/" + status.id.to_string());
}

std::string url_of(const core::Site& site, const Status& status, const Account& author)
{
    if (status.remote_uri)
        return status.remote_url.value_or(*status.remote_uri);
    return site.uri("/@" + author.username + "/" + status.id.to_string());
}

std::optional<StatusId> local_id_of(const core::Site& site, std::string_view uri)
{
    constexpr std::string_view middle = "/statuses/";
    const auto at = uri.rfind(middle);
    if (at == std::string_view::npos || !accounts::local_name_of(site, uri.substr(0, at)))
        return std::nullopt;
    const auto id = StatusId::parse(uri.substr(at + middle.size()));
    if (!id)
        return std::nullopt;
    return *id;
}

} // namespace kith::statuses
