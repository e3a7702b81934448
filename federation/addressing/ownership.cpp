// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/ownership.h"

#include "federation/vocab/actor.h"
#include "federation/vocab/read.h"

#include <algorithm>
#include <utility>

namespace kith::addressing {

namespace {

using vocab::Activity;
using vocab::ActivityKind;

Verdict trusted()
{
    return Verdict{Trust::Trusted, {}, {}};
}

Verdict refused(std::string reason)
{
    return Verdict{Trust::Refused, std::move(reason), {}};
}

Verdict must_fetch(std::string id, std::string reason)
{
    return Verdict{Trust::MustFetch, std::move(reason), std::move(id)};
}

/// Map, "owner": an actor owns itself, everything else is attributed. The readers in vocab/ take the same one, or what
/// is checked here would not be what is stored later.
vocab::Authors owners_of(const json::value& object)
{
    if (vocab::is_actor(object))
        return vocab::Authors{vocab::id_of(&object), {}};
    return vocab::authors_of(object);
}

bool all_of_origin(const vocab::Authors& owners, std::string_view id)
{
    const auto same = [&](const std::string& owner) { return same_origin(owner, id); };
    return (owners.main.empty() || same(owners.main)) &&
           std::all_of(owners.others.begin(), owners.others.end(), same);
}

Verdict check_publication(std::string_view signer, const Activity& activity,
                          std::string_view known_owner, IdPolicy policy)
{
    if (!is_acceptable_id(activity.object, policy))
        return refused("The object has no acceptable id.");
    if (!known_owner.empty() && known_owner != signer)
        return refused("The object belongs to somebody else.");
    if (activity.embedded.is_null())
        return must_fetch(activity.object, "The object is named, not enclosed.");
    if (vocab::is_actor(activity.embedded) && vocab::is_post(activity.embedded))
        return refused("The object says that it is an actor and a post.");
    const auto owners = owners_of(activity.embedded);
    if (owners.main.empty())
        return must_fetch(activity.object, "The object does not name its owner.");
    if (!all_of_origin(owners, activity.object))
        return refused("The object and its owner are not of one origin.");
    if (owners.main == signer)
        return trusted();
    if (same_origin(activity.object, signer))
        return refused("The object belongs to somebody else.");
    return must_fetch(activity.object, "The object belongs to another origin.");
}

Verdict check_delete(std::string_view signer, const Activity& activity, std::string_view known_owner)
{
    if (activity.object == signer)
        return trusted();
    if (!known_owner.empty())
        return known_owner == signer ? trusted() : refused("The object belongs to somebody else.");
    if (vocab::is_actor(activity.embedded) || !same_origin(activity.object, signer))
        return refused("The object belongs to somebody else.");
    return trusted();
}

Verdict check_undo(std::string_view signer, const Activity& activity, std::string_view known_owner)
{
    if (!known_owner.empty() && known_owner != signer)
        return refused("The activity to undo is somebody else's.");
    if (activity.embedded.is_null()) {
        if (!known_owner.empty())
            return trusted();
        return same_origin(activity.object, signer) ? trusted() : refused("The activity to undo is somebody else's.");
    }
    const auto inner = vocab::inner_activity(activity);
    if (!inner || inner->actor != signer)
        return refused("The activity to undo is somebody else's.");
    if (!activity.object.empty() && !same_origin(activity.object, signer))
        return refused("The activity to undo is not of its actor's origin.");
    return trusted();
}

/// Only who was asked can answer. The Follow inside is ours, so its origin is not the signer's.
Verdict check_answer(std::string_view signer, const Activity& activity, std::string_view known_owner)
{
    if (!known_owner.empty())
        return known_owner == signer ? trusted() : refused("Somebody else was asked.");
    const auto inner = vocab::inner_activity(activity);
    if (!inner)
        return refused("This server knows of no such request.");
    return inner->object == signer ? trusted() : refused("Somebody else was asked.");
}

Verdict check_announce(std::string_view signer, const Activity& activity, std::string_view known_owner)
{
    if (activity.object.empty())
        return refused("The announced object has no id.");
    if (!known_owner.empty())
        return trusted();
    if (!activity.embedded.is_null() && owners_of(activity.embedded).main == signer &&
        same_origin(activity.object, signer))
        return trusted();
    return must_fetch(activity.object, "What is announced must be read from its own origin.");
}

Verdict check_move(std::string_view signer, const Activity& activity)
{
    if (activity.object != signer)
        return refused("Nobody can move somebody else.");
    if (activity.target.empty())
        return refused("The move has no target.");
    return must_fetch(activity.target, "The new actor must name the old one.");
}

Verdict check_rest(std::string_view signer, const Activity& activity, std::string_view known_owner, IdPolicy policy)
{
    if (activity.type == "Move")
        return check_move(signer, activity);
    if (activity.type == "Add" || activity.type == "Remove")
        return known_owner == signer ? trusted() : refused("The collection belongs to somebody else.");
    if (activity.embedded.is_null() || owners_of(activity.embedded).main == signer)
        return trusted();
    if (!is_acceptable_id(activity.object, policy))
        return refused("The object has no acceptable id.");
    return must_fetch(activity.object, "The object belongs to somebody else.");
}

} // namespace

Verdict check_owner(std::string_view signer, const Activity& activity, std::string_view known_owner, IdPolicy policy)
{
    if (!is_acceptable_id(signer, policy) || activity.actor != signer)
        return refused("The signer is not the actor.");
    if (!activity.id.empty() && !same_origin(activity.id, signer))
        return refused("The activity is not of its actor's origin.");
    switch (vocab::kind_of(activity)) {
    case ActivityKind::Create:
    case ActivityKind::Update: return check_publication(signer, activity, known_owner, policy);
    case ActivityKind::Delete: return check_delete(signer, activity, known_owner);
    case ActivityKind::Undo: return check_undo(signer, activity, known_owner);
    case ActivityKind::Accept:
    case ActivityKind::Reject: return check_answer(signer, activity, known_owner);
    case ActivityKind::Announce: return check_announce(signer, activity, known_owner);
    case ActivityKind::Follow:
    case ActivityKind::Like:
        // Only a reference: who is followed or liked is looked up here, by id.
        return activity.object.empty() ? refused("The activity has no object.") : trusted();
    case ActivityKind::Other: return check_rest(signer, activity, known_owner, policy);
    }
    return refused("The activity is of an unknown kind.");
}

Verdict check_fetched(std::string_view fetched_from, const json::value& document, IdPolicy policy)
{
    const auto id = vocab::own_id(document);
    if (!id || !is_acceptable_id(*id, policy))
        return refused("The document has no acceptable id.");
    if (*id != fetched_from)
        return must_fetch(*id, "The document names another id than the address it came from.");
    if (vocab::is_actor(document) && vocab::is_post(document))
        return refused("The document says that it is an actor and a post.");
    if (!all_of_origin(owners_of(document), *id))
        return refused("The object and its owner are not of one origin.");
    return trusted();
}

} // namespace kith::addressing
