// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "federation/addressing/origin.h"
#include "federation/vocab/activity.h"

#include <string>
#include <string_view>

namespace kith::addressing {

/// What may be done with what an activity says.
enum class Trust {
    Trusted, ///< Act on it, with what is embedded.
    MustFetch, ///< The activity is its signer's own, but `fetch` must be read from its own origin first.
    Refused ///< Do nothing.
};

struct Verdict {
    Trust trust = Trust::Refused;
    std::string reason; ///< One sentence, when it is not Trusted.
    std::string fetch;  ///< The id to read, when MustFetch.
};

/// The one place that decides whether `signer` may say this. FEP-fe34; used for every inbound activity, and again after
/// a fetch.
///
/// `signer` is the owner of the key that signed the delivery (or the actor whose outbox it was read from).
/// `known_owner` is what this server already knows about the activity's object, empty when it knows nothing:
/// - Create, Update, Delete, Like, Announce: the author of the stored object with that id (for an actor, its id);
/// - Undo: the actor of the stored activity;
/// - Accept, Reject: the actor that our stored request asked;
/// - Add, Remove: the owner of the collection in `target`.
///
/// Trusted says that the signer may speak, not that there is something to do: an Accept must still meet a pending
/// Follow, an Undo a stored activity. A Delete of something unknown is trusted within the signer's origin, for the
/// tombstone.
Verdict check_owner(std::string_view signer, const vocab::Activity& activity,
                    std::string_view known_owner = {}, IdPolicy policy = {});

/// The same for a document that was fetched: its id must be the address it came from. When it names another id,
/// MustFetch gives that one; the caller follows at most once. `fetched_from` is the address after redirects.
Verdict check_fetched(std::string_view fetched_from, const json::value& document, IdPolicy policy = {});

} // namespace kith::addressing
