// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/activity.h"

#include "federation/vocab/public_address.h"
#include "federation/vocab/read.h"
#include "federation/vocab/tombstone.h"

#include <array>
#include <utility>

namespace kith::vocab {

namespace {

constexpr std::array<std::pair<std::string_view, ActivityKind>, 9> k_kinds{{
    {"Follow", ActivityKind::Follow},
    {"Accept", ActivityKind::Accept},
    {"Reject", ActivityKind::Reject},
    {"Undo", ActivityKind::Undo},
    {"Create", ActivityKind::Create},
    {"Update", ActivityKind::Update},
    {"Delete", ActivityKind::Delete},
    {"Announce", ActivityKind::Announce},
    {"Like", ActivityKind::Like},
}};

ActivityKind kind_of_type(std::string_view type)
{
    for (const auto& [name, kind] : k_kinds) {
        if (name == type)
            return kind;
    }
    return ActivityKind::Other;
}

/// Of a list of types the first one we act on, else the first.
std::string choose_type(const json::value& document)
{
    const auto types = types_of(document);
    for (const auto& type : types) {
        if (kind_of_type(type) != ActivityKind::Other)
            return type;
    }
    return types.empty() ? std::string{} : types.front();
}

void read_object(const json::value* object, Activity& activity)
{
    activity.objects = ids_of(object, k_max_recipients);
    if (object && object->is_array() && object->get_array().size() == 1)
        object = &object->get_array().front();
    activity.object = id_of(object);
    if (object && object->is_object() && object->get_object().size() > 1)
        activity.embedded = *object;
}

Activity start(std::string id, std::string_view type, std::string actor)
{
    Activity activity;
    activity.id = std::move(id);
    activity.type = type;
    activity.actor = std::move(actor);
    return activity;
}

void set_object(Activity& activity, std::string id)
{
    activity.object = std::move(id);
    activity.objects = {activity.object};
}

Activity answer(std::string id, std::string_view type, std::string actor, const Activity& inner)
{
    auto activity = start(std::move(id), type, std::move(actor));
    set_object(activity, inner.id);
    activity.embedded = write_activity(inner, WithContext::No);
    return activity;
}

Activity about_note(std::string id, std::string_view type, const Note& note)
{
    auto activity = start(std::move(id), type, note.attributed_to);
    set_object(activity, note.id);
    activity.embedded = write_note(note, WithContext::Yes);
    activity.to = note.to;
    activity.cc = note.cc;
    return activity;
}

} // namespace

ActivityKind kind_of(const Activity& activity)
{
    return kind_of_type(activity.type);
}

bool is_activity(const json::value& document)
{
    const auto* actor = find(document, "actor");
    return actor && !actor->is_null() && !types_of(document).empty() && !is_post(document);
}

Result<Activity> read_activity(const json::value& document)
{
    if (!document.is_object())
        return fail(Errc::invalid, "An activity must be a JSON object.");
    Activity activity;
    activity.type = choose_type(document);
    if (activity.type.empty())
        return fail(Errc::invalid, "The activity has no type.");
    TRY(activity.id, own_id(document));
    if (!activity.id.empty() && !is_web_address(activity.id))
        return fail(Errc::invalid, "The activity's id is not a web address.");
    activity.actor = id_of(find(document, "actor"));
    if (!is_web_address(activity.actor))
        return fail(Errc::invalid, "The activity does not name exactly one actor.");
    read_object(find(document, "object"), activity);
    activity.target = id_of(find(document, "target"));
    activity.to = ids_of(find(document, "to"), k_max_recipients);
    activity.cc = ids_of(find(document, "cc"), k_max_recipients);
    activity.published = time_member(document, "published");
    activity.content = text_member(document, "content", k_max_text_bytes);
    return activity;
}

std::optional<Activity> inner_activity(const Activity& activity)
{
    if (!is_activity(activity.embedded))
        return std::nullopt;
    auto inner = read_activity(activity.embedded);
    return inner ? std::optional{std::move(*inner)} : std::nullopt;
}

json::object write_activity(const Activity& activity, WithContext context)
{
    auto embedded = activity.embedded;
    auto names = plain_context();
    if (auto* members = embedded.if_object()) {
        if (const auto* inner = members->if_contains("@context")) {
            names = *inner;
            members->erase("@context");
        }
    }
    json::object out;
    if (context == WithContext::Yes)
        out["@context"] = std::move(names);
    put_text(out, "id", activity.id);
    out["type"] = activity.type;
    out["actor"] = activity.actor;
    if (!embedded.is_null())
        out["object"] = std::move(embedded);
    else if (activity.objects.size() > 1)
        put_list(out, "object", activity.objects);
    else
        put_text(out, "object", activity.object);
    put_text(out, "target", activity.target);
    put_text(out, "content", activity.content);
    put_time(out, "published", activity.published);
    if (!activity.to.empty() || !activity.cc.empty()) {
        put_list(out, "to", activity.to);
        put_list(out, "cc", activity.cc);
    }
    return out;
}

Activity make_follow(std::string id, std::string actor, std::string whom)
{
    auto activity = start(std::move(id), "Follow", std::move(actor));
    activity.to = {whom};
    set_object(activity, std::move(whom));
    return activity;
}

Activity make_accept(std::string id, std::string actor, const Activity& follow)
{
    auto activity = answer(std::move(id), "Accept", std::move(actor), follow);
    activity.to = {follow.actor};
    return activity;
}

Activity make_reject(std::string id, std::string actor, const Activity& follow)
{
    auto activity = answer(std::move(id), "Reject", std::move(actor), follow);
    activity.to = {follow.actor};
    return activity;
}

Activity make_undo(std::string id, std::string actor, const Activity& undone)
{
    auto activity = answer(std::move(id), "Undo", std::move(actor), undone);
    activity.to = undone.to;
    activity.cc = undone.cc;
    return activity;
}

Activity make_create(std::string id, const Note& note)
{
    auto activity = about_note(std::move(id), "Create", note);
    activity.published = note.published;
    return activity;
}

Activity make_update(std::string id, const Note& note)
{
    auto activity = about_note(std::move(id), "Update", note);
    activity.published = note.updated;
    return activity;
}

Activity make_update_actor(std::string id, std::string actor_id, json::object actor)
{
    auto activity = start(std::move(id), "Update", actor_id);
    set_object(activity, std::move(actor_id));
    activity.embedded = std::move(actor);
    activity.to = {std::string{k_public_address}};
    return activity;
}

Activity make_delete(std::string id, std::string actor, const std::string& object,
                     std::vector<std::string> to, std::vector<std::string> cc)
{
    auto activity = start(std::move(id), "Delete", std::move(actor));
    set_object(activity, object);
    Tombstone tombstone;
    tombstone.id = object;
    activity.embedded = write_tombstone(tombstone, WithContext::No);
    activity.to = std::move(to);
    activity.cc = std::move(cc);
    return activity;
}

Activity make_delete_actor(std::string id, std::string actor)
{
    auto activity = start(std::move(id), "Delete", actor);
    set_object(activity, std::move(actor));
    activity.to = {std::string{k_public_address}};
    return activity;
}

Activity make_announce(std::string id, std::string actor, std::string object, Timestamp published,
                       std::vector<std::string> to, std::vector<std::string> cc)
{
    auto activity = start(std::move(id), "Announce", std::move(actor));
    set_object(activity, std::move(object));
    activity.published = published;
    activity.to = std::move(to);
    activity.cc = std::move(cc);
    return activity;
}

Activity make_like(std::string id, std::string actor, std::string object, std::string author)
{
    auto activity = start(std::move(id), "Like", std::move(actor));
    set_object(activity, std::move(object));
    activity.to = {std::move(author)};
    return activity;
}

} // namespace kith::vocab
