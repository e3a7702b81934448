// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/addressing/origin.h"
#include "federation/vocab/actor.h"

namespace kith::addressing {

/// What of an actor's document may be believed: its inbox must be of the actor's own origin, or the actor is refused
/// (`invalid`); collections, shared inbox and keys of another origin are left out (hostile cases H05, H09).
/// `moved_to` and `also_known_as` point elsewhere by nature and stay: fetch before believing.
Result<vocab::Actor> trusted_actor(vocab::Actor actor, IdPolicy policy = {});

/// Whether `key`, from the document at its own address, is one that its owner's actor document lists: same id, same
/// owner, same PEM (hostile case H04). `unauthorized` when it is not.
Result<void> check_key_owner(const vocab::PublicKey& key, const vocab::Actor& owner);

} // namespace kith::addressing
