// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"
#include "federation/vocab/note.h"
#include "federation/vocab/write.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::vocab {

/// The activities that Kith acts on; every other type is Other, and ignored softly.
enum class ActivityKind {
    Other,
    Follow,
    Accept,
    Reject,
    Undo,
    Create,
    Update,
    Delete,
    Announce,
    Like
};

/// Somebody did something.
struct Activity {
    std::string id;       ///< May be empty: some platforms send none inside an Undo or Accept.
    std::string type;     ///< As sent, without prefix; `kind_of` sorts it.
    std::string actor;    ///< Who did it.
    std::string object;   ///< The object's id; empty when an embedded object has none.
    json::value embedded; ///< The object when the document holds the whole of it; else null.
    std::vector<std::string> objects; ///< All ids when `object` is a list (Flag); else that one id.
    std::string target;
    std::vector<std::string> to;
    std::vector<std::string> cc;
    std::optional<Timestamp> published;
    std::string content; ///< Of a Like: the emoji (FEP-c0e0). Of a Flag: the reason.
};

ActivityKind kind_of(const Activity& activity);

/// `invalid` when it is not an object, has no type, its id is not one address, or it does not name exactly one actor.
Result<Activity> read_activity(const json::value& document);
/// Whether the document looks like an activity: it has a type and an `actor`, and is no post.
bool is_activity(const json::value& document);
/// The activity inside an Undo, Accept, Reject or a group's Announce, when it is embedded and readable.
std::optional<Activity> inner_activity(const Activity& activity);

/// The context of an embedded object is moved to the outermost place.
json::object write_activity(const Activity& activity, WithContext context = WithContext::Yes);

/// @name The activities we send; all take the new activity's id and its actor first.
/// @{
Activity make_follow(std::string id, std::string actor, std::string whom);
/// The Follow is embedded whole, since the asker may know it by its content only.
Activity make_accept(std::string id, std::string actor, const Activity& follow);
Activity make_reject(std::string id, std::string actor, const Activity& follow);
Activity make_undo(std::string id, std::string actor, const Activity& undone);
/// Addressed and dated as the post is.
Activity make_create(std::string id, const Note& note);
Activity make_update(std::string id, const Note& note);
/// `actor` is a written actor; goes to Public.
Activity make_update_actor(std::string id, std::string actor_id, json::object actor);
/// The object is a Tombstone, addressed as the post was.
Activity make_delete(std::string id, std::string actor, const std::string& object,
                     std::vector<std::string> to, std::vector<std::string> cc);
/// Deletes the account itself; the object is the bare id.
Activity make_delete_actor(std::string id, std::string actor);
Activity make_announce(std::string id, std::string actor, std::string object, Timestamp published,
                       std::vector<std::string> to, std::vector<std::string> cc);
Activity make_like(std::string id, std::string actor, std::string object, std::string author);
/// @}

} // namespace kith::vocab
