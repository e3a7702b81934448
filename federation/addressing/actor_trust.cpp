// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/actor_trust.h"

#include <algorithm>

namespace kith::addressing {

namespace {

/// Line ends and blanks in PEM differ between the documents of one server.
std::string without_space(std::string_view pem)
{
    std::string out{pem};
    std::erase_if(out, [](unsigned char c) { return c <= 0x20; });
    return out;
}

} // namespace

Result<vocab::Actor> trusted_actor(vocab::Actor actor, IdPolicy policy)
{
    TRY_VOID(check_id(actor.id, policy));
    if (!is_acceptable_id(actor.inbox, policy) || !same_origin(actor.id, actor.inbox))
        return fail(Errc::invalid, "The actor's inbox is not of its own origin.");
    for (auto* address :
         {&actor.outbox, &actor.followers, &actor.following, &actor.featured, &actor.shared_inbox}) {
        if (!is_acceptable_id(*address, policy) || !same_origin(actor.id, *address))
            address->clear();
    }
    std::erase_if(actor.public_keys, [&](const vocab::PublicKey& key) {
        return key.owner != actor.id || !same_origin(key.id, actor.id);
    });
    std::erase_if(actor.assertion_methods, [&](const vocab::Multikey& key) {
        return key.controller != actor.id || !same_origin(key.id, actor.id);
    });
    return actor;
}

Result<void> check_key_owner(const vocab::PublicKey& key, const vocab::Actor& owner)
{
    const auto same = [&](const vocab::PublicKey& listed) {
        return listed.id == key.id && listed.owner == key.owner &&
               without_space(listed.pem) == without_space(key.pem);
    };
    if (key.owner != owner.id || !same_origin(key.id, owner.id) ||
        std::none_of(owner.public_keys.begin(), owner.public_keys.end(), same))
        return fail(Errc::unauthorized, "The key's owner does not list the key that signed.");
    return {};
}

} // namespace kith::addressing
