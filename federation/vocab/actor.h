// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"
#include "federation/vocab/write.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::vocab {

/// An RSA key for HTTP signatures. `id` has a fragment on most platforms, but may be an address of its own.
struct PublicKey {
    std::string id;
    std::string owner; ///< The actor's id.
    std::string pem;
};

/// An Ed25519 key, FEP-521a. `multibase` begins with `z6Mk`.
struct Multikey {
    std::string id;
    std::string controller; ///< The actor's id.
    std::string multibase;
};

/// A picture of an actor.
struct ActorImage {
    std::string url;
    std::string media_type;
};

/// Who acts: Person, Service, Application, Group or Organization.
/// Says what the document says; addressing/ownership.h decides which of it may be believed.
struct Actor {
    std::string id;
    std::string type = "Person";
    std::string preferred_username;
    std::string name;
    std::string summary; ///< HTML: sanitise before use.
    std::string url;     ///< The page for people; no authority.
    std::string inbox;
    std::string outbox;
    std::string followers;
    std::string following;
    std::string featured;
    std::string shared_inbox; ///< endpoints.sharedInbox
    std::string webfinger;    ///< FEP-2c59: `name@domain`
    std::vector<PublicKey> public_keys;
    std::vector<Multikey> assertion_methods;
    bool manually_approves_followers = false;
    bool discoverable = false; ///< Absent means no.
    bool indexable = false;    ///< FEP-5feb; absent means no.
    ActorImage icon;
    ActorImage image;
    std::optional<Timestamp> published;
    std::vector<std::string> also_known_as;
    std::string moved_to;
};

/// Whether the document is of a type that acts.
bool is_actor(const json::value& document);

/// `invalid` when it is not an object of an actor's type, has no usable id or no inbox. Keys whose owner is not this
/// actor, and keys that share an id, are left out.
Result<Actor> read_actor(const json::value& document);
json::object write_actor(const Actor& actor, WithContext context = WithContext::Yes);

/// The key called `key_id` in a document fetched from that address: an actor, a stub of one, or a bare key.
/// `invalid` when the document has no such key or names no owner. The owner must still list it (map, "Key fetch").
Result<PublicKey> read_public_key(const json::value& document, std::string_view key_id);

/// The keys of a document, as read_actor takes them.
std::vector<PublicKey> read_public_keys(const json::value& document, const std::string& actor_id);
std::vector<Multikey> read_multikeys(const json::value& document, const std::string& actor_id);

} // namespace kith::vocab
