// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/tombstone.h"

#include "federation/vocab/read.h"

namespace kith::vocab {

Result<Tombstone> read_tombstone(const json::value& document)
{
    if (type_among(document, {"Tombstone"}).empty())
        return fail(Errc::invalid, "The object is not a tombstone.");
    Tombstone tombstone;
    TRY(tombstone.id, own_id(document));
    if (!is_web_address(tombstone.id))
        return fail(Errc::invalid, "The tombstone has no id that is a web address.");
    tombstone.former_type = text_member(document, "formerType", 256);
    tombstone.deleted = time_member(document, "deleted");
    return tombstone;
}

json::object write_tombstone(const Tombstone& tombstone, WithContext context)
{
    json::object out;
    if (context == WithContext::Yes)
        out["@context"] = plain_context();
    out["id"] = tombstone.id;
    out["type"] = "Tombstone";
    put_text(out, "formerType", tombstone.former_type);
    put_time(out, "deleted", tombstone.deleted);
    return out;
}

} // namespace kith::vocab
