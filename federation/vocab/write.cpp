// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/write.h"

namespace kith::vocab {

namespace {

constexpr std::string_view k_activity_streams = "https://www.w3.org/ns/activitystreams";
constexpr std::string_view k_mastodon_names = "http://joinmastodon.org/ns#";

} // namespace

json::value plain_context()
{
    return json::string{k_activity_streams};
}

json::value note_context()
{
    json::object focal_point;
    focal_point["@id"] = "toot:focalPoint";
    focal_point["@container"] = "@list";
    json::object names;
    names["sensitive"] = "as:sensitive";
    names["Hashtag"] = "as:Hashtag";
    names["toot"] = k_mastodon_names;
    names["Emoji"] = "toot:Emoji";
    names["blurhash"] = "toot:blurhash";
    names["focalPoint"] = std::move(focal_point);
    return json::array{k_activity_streams, std::move(names)};
}

json::value actor_context()
{
    json::object moved_to;
    moved_to["@id"] = "as:movedTo";
    moved_to["@type"] = "@id";
    json::object also_known_as;
    also_known_as["@id"] = "as:alsoKnownAs";
    also_known_as["@type"] = "@id";
    json::object featured;
    featured["@id"] = "toot:featured";
    featured["@type"] = "@id";
    json::object names;
    names["manuallyApprovesFollowers"] = "as:manuallyApprovesFollowers";
    names["movedTo"] = std::move(moved_to);
    names["alsoKnownAs"] = std::move(also_known_as);
    names["Hashtag"] = "as:Hashtag";
    names["toot"] = k_mastodon_names;
    names["Emoji"] = "toot:Emoji";
    names["featured"] = std::move(featured);
    names["discoverable"] = "toot:discoverable";
    names["indexable"] = "toot:indexable";
    return json::array{k_activity_streams,
                       "https://w3id.org/security/v1",
                       "https://www.w3.org/ns/did/v1",
                       "https://w3id.org/security/multikey/v1",
                       "https://purl.archive.org/socialweb/webfinger",
                       std::move(names)};
}

void put_text(json::object& object, std::string_view key, std::string_view text)
{
    if (!text.empty())
        object[key] = text;
}

void put_time(json::object& object, std::string_view key, std::optional<Timestamp> at)
{
    if (at)
        object[key] = to_iso8601(*at);
}

void put_list(json::object& object, std::string_view key, const std::vector<std::string>& items)
{
    json::array list;
    for (const auto& item : items)
        list.emplace_back(item);
    object[key] = std::move(list);
}

} // namespace kith::vocab
