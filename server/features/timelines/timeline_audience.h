// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/statuses/status.h"

#include <set>
#include <span>
#include <string>
#include <vector>

/// Where a status shows, asked from the status's side: what streams need. It must agree with what statuses::list()
/// shows to somebody who reloads.
namespace kith::timelines {

using db::Tx;
using statuses::Status;

/// The timelines that are the same for everybody.
struct PublicPlaces {
    bool timelines = false;     ///< public, and local or remote
    std::set<std::string> tags; ///< folded

    bool empty() const { return !timelines && tags.empty(); }
};
/// Where it shows now. Of `wanted_tags` only.
PublicPlaces public_places(Tx& tx, const Status& status, const std::set<std::string>& wanted_tags);
/// Where it may have shown, for one that is being deleted.
PublicPlaces former_public_places(Tx& tx, const Status& status);

/// Those of the candidates who have it in their home now. At most 500 candidates.
std::vector<AccountId> home_readers(Tx& tx, const Status& status, std::span<const AccountId> candidates);
/// Those of the candidates who may have had a status of this author and audience in their home, besides the author
/// and whom it let in by name. At most 500 candidates.
std::vector<AccountId> former_home_readers(Tx& tx, AccountId author, statuses::Audience audience,
                                           std::span<const AccountId> candidates);

} // namespace kith::timelines
