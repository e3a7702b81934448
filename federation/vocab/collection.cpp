// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/collection.h"

#include "federation/vocab/read.h"

namespace kith::vocab {

namespace {

constexpr std::int64_t k_max_total = std::int64_t{1} << 53;

void read_items(const json::value& document, std::vector<json::value>& items)
{
    const auto* list = find(document, "orderedItems");
    for (const auto* item : items_of(list ? list : find(document, "items"), k_max_items - items.size()))
        items.push_back(*item);
}

} // namespace

json::object write_collection(const OrderedCollection& collection)
{
    json::object out;
    out["@context"] = plain_context();
    out["id"] = collection.id;
    out["type"] = "OrderedCollection";
    out["totalItems"] = collection.total_items;
    put_text(out, "first", collection.first);
    put_text(out, "last", collection.last);
    return out;
}

json::object write_collection_page(const OrderedCollectionPage& page)
{
    json::object out;
    out["@context"] = note_context();
    out["id"] = page.id;
    out["type"] = "OrderedCollectionPage";
    out["partOf"] = page.part_of;
    put_text(out, "next", page.next);
    put_text(out, "prev", page.prev);
    json::array items;
    for (const auto& item : page.items)
        items.push_back(item);
    out["orderedItems"] = std::move(items);
    return out;
}

Result<CollectionView> read_collection(const json::value& document)
{
    const auto type =
        type_among(document, {"OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"});
    if (type.empty())
        return fail(Errc::invalid, "The object is not a collection.");
    CollectionView view;
    TRY(view.id, own_id(document));
    const auto total = find_int(document, "totalItems");
    if (total && *total >= 0 && *total <= k_max_total)
        view.total_items = total;
    view.part_of = id_of(find(document, "partOf"));
    view.next = id_of(find(document, "next"));
    const auto* first = find(document, "first");
    view.first = id_of(first);
    read_items(document, view.items);
    if (view.items.empty() && first && first->is_object()) {
        read_items(*first, view.items);
        if (view.next.empty())
            view.next = id_of(find(*first, "next"));
    }
    return view;
}

} // namespace kith::vocab
