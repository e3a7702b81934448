// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "federation/vocab/write.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kith::vocab {

/// The head of an outbox, a followers list, … as we serve it: a count and, when it may be read, the first page.
struct OrderedCollection {
    std::string id;
    std::int64_t total_items = 0;
    std::string first; ///< Empty hides the members.
    std::string last;
};

struct OrderedCollectionPage {
    std::string id;
    std::string part_of;
    std::string next;
    std::string prev;
    std::vector<json::value> items; ///< Ids, or whole objects without contexts of their own.
};

json::object write_collection(const OrderedCollection& collection);
/// The context is that of posts, since an outbox's page embeds them.
json::object write_collection_page(const OrderedCollectionPage& page);

/// A foreign collection or page of one, ordered or not.
struct CollectionView {
    std::string id;
    std::optional<std::int64_t> total_items; ///< A hint of the peer, in 0 … 2^53.
    std::string first;
    std::string next;
    std::string part_of;
    std::vector<json::value> items; ///< At most k_max_items; also those of an embedded first page.
};

/// `invalid` when it is not a collection or a page of one. Which pages to follow is the caller's affair: few, seen
/// once, of the same origin.
Result<CollectionView> read_collection(const json::value& document);

} // namespace kith::vocab
