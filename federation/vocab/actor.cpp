// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/actor.h"

#include "federation/vocab/read.h"

#include <array>

namespace kith::vocab {

namespace {

constexpr std::array<std::string_view, 5> k_actor_types{"Person", "Service", "Application", "Group", "Organization"};

/// PeerTube lists pictures from small to large: the last one is the best.
ActorImage read_image(const json::value* value)
{
    ActorImage image;
    for (const auto* item : items_of(value, k_max_links)) {
        auto url = link_of(item);
        if (url.empty())
            continue;
        image.url = std::move(url);
        image.media_type = text_member(*item, "mediaType", 128);
    }
    return image;
}

json::object write_image(const ActorImage& image)
{
    json::object out;
    out["type"] = "Image";
    put_text(out, "mediaType", image.media_type);
    out["url"] = image.url;
    return out;
}

void write_keys(json::object& out, const Actor& actor)
{
    // Most platforms read one object here and know no list.
    if (!actor.public_keys.empty()) {
        const auto& key = actor.public_keys.front();
        json::object item;
        item["id"] = key.id;
        item["owner"] = key.owner;
        item["publicKeyPem"] = key.pem;
        out["publicKey"] = std::move(item);
    }
    if (actor.assertion_methods.empty())
        return;
    json::array methods;
    for (const auto& key : actor.assertion_methods) {
        json::object item;
        item["id"] = key.id;
        item["type"] = "Multikey";
        item["controller"] = key.controller;
        item["publicKeyMultibase"] = key.multibase;
        methods.push_back(std::move(item));
    }
    out["assertionMethod"] = std::move(methods);
}

} // namespace

bool is_actor(const json::value& document)
{
    return !type_among(document, k_actor_types).empty();
}

Result<Actor> read_actor(const json::value& document)
{
    if (!document.is_object())
        return fail(Errc::invalid, "An actor must be a JSON object.");
    Actor actor;
    actor.type = type_among(document, k_actor_types);
    if (actor.type.empty())
        return fail(Errc::invalid, "The object is not an actor.");
    TRY(actor.id, own_id(document));
    if (!is_web_address(actor.id))
        return fail(Errc::invalid, "The actor has no id that is a web address.");
    actor.inbox = id_of(find(document, "inbox"));
    if (!is_web_address(actor.inbox))
        return fail(Errc::invalid, "The actor has no inbox.");

    actor.preferred_username = text_member(document, "preferredUsername", 256);
    actor.name = text_member(document, "name", k_max_name_bytes);
    actor.summary = text_member(document, "summary", k_max_text_bytes);
    actor.url = link_of(find(document, "url"));
    actor.outbox = id_of(find(document, "outbox"));
    actor.followers = id_of(find(document, "followers"));
    actor.following = id_of(find(document, "following"));
    actor.featured = id_of(find(document, "featured"));
    if (const auto* endpoints = find(document, "endpoints"))
        actor.shared_inbox = id_of(find(*endpoints, "sharedInbox"));
    actor.webfinger = text_member(document, "webfinger", 512);
    actor.public_keys = read_public_keys(document, actor.id);
    actor.assertion_methods = read_multikeys(document, actor.id);
    actor.manually_approves_followers = find_bool(document, "manuallyApprovesFollowers").value_or(false);
    actor.discoverable = find_bool(document, "discoverable").value_or(false);
    actor.indexable = find_bool(document, "indexable").value_or(false);
    actor.icon = read_image(find(document, "icon"));
    actor.image = read_image(find(document, "image"));
    actor.published = time_member(document, "published");
    actor.also_known_as = ids_of(find(document, "alsoKnownAs"), k_max_links);
    actor.moved_to = id_of(find(document, "movedTo"));
    return actor;
}

json::object write_actor(const Actor& actor, WithContext context)
{
    json::object out;
    if (context == WithContext::Yes)
        out["@context"] = actor_context();
    out["id"] = actor.id;
    out["type"] = actor.type;
    out["preferredUsername"] = actor.preferred_username;
    out["name"] = actor.name;
    put_text(out, "summary", actor.summary);
    put_text(out, "url", actor.url);
    out["inbox"] = actor.inbox;
    put_text(out, "outbox", actor.outbox);
    put_text(out, "followers", actor.followers);
    put_text(out, "following", actor.following);
    put_text(out, "featured", actor.featured);
    if (!actor.shared_inbox.empty()) {
        json::object endpoints;
        endpoints["sharedInbox"] = actor.shared_inbox;
        out["endpoints"] = std::move(endpoints);
    }
    put_text(out, "webfinger", actor.webfinger);
    write_keys(out, actor);
    out["manuallyApprovesFollowers"] = actor.manually_approves_followers;
    out["discoverable"] = actor.discoverable;
    out["indexable"] = actor.indexable;
    if (!actor.icon.url.empty())
        out["icon"] = write_image(actor.icon);
    if (!actor.image.url.empty())
        out["image"] = write_image(actor.image);
    put_time(out, "published", actor.published);
    if (!actor.also_known_as.empty())
        put_list(out, "alsoKnownAs", actor.also_known_as);
    put_text(out, "movedTo", actor.moved_to);
    return out;
}

} // namespace kith::vocab
