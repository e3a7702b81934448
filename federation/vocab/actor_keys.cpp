// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/actor.h"

#include "federation/vocab/read.h"

#include <algorithm>

namespace kith::vocab {

namespace {

constexpr std::size_t k_max_pem_bytes = 8192;
constexpr std::size_t k_max_multibase_bytes = 256;

/// Two keys under one id are a way to slip in a second one: keep neither, unless they are the same.
template <class Key>
void drop_ambiguous(std::vector<Key>& keys, std::string Key::*material)
{
    std::vector<Key> kept;
    for (const auto& key : keys) {
        const bool rival = std::any_of(keys.begin(), keys.end(), [&](const Key& other) {
            return other.id == key.id && other.*material != key.*material;
        });
        const bool seen = std::any_of(kept.begin(), kept.end(),
                                      [&](const Key& other) { return other.id == key.id; });
        if (!rival && !seen)
            kept.push_back(key);
    }
    keys = std::move(kept);
}

PublicKey read_key(const json::value& key)
{
    PublicKey read;
    read.id = id_of(&key);
    read.owner = id_of(find(key, "owner"));
    if (read.owner.empty())
        read.owner = id_of(find(key, "controller"));
    read.pem = text_member(key, "publicKeyPem", k_max_pem_bytes);
    return read;
}

} // namespace

std::vector<PublicKey> read_public_keys(const json::value& document, const std::string& actor_id)
{
    std::vector<PublicKey> keys;
    for (const auto* item : items_of(find(document, "publicKey"), k_max_keys)) {
        if (!item->is_object())
            continue;
        auto key = read_key(*item);
        if (key.owner.empty())
            key.owner = actor_id;
        if (!key.id.empty() && key.owner == actor_id && !key.pem.empty())
            keys.push_back(std::move(key));
    }
    drop_ambiguous(keys, &PublicKey::pem);
    return keys;
}

std::vector<Multikey> read_multikeys(const json::value& document, const std::string& actor_id)
{
    std::vector<Multikey> keys;
    for (const auto* item : items_of(find(document, "assertionMethod"), k_max_keys)) {
        if (!item->is_object() || type_among(*item, {"Multikey"}).empty())
            continue;
        Multikey key{id_of(item), id_of(find(*item, "controller")),
                     text_member(*item, "publicKeyMultibase", k_max_multibase_bytes)};
        if (!key.id.empty() && key.controller == actor_id && !key.multibase.empty())
            keys.push_back(std::move(key));
    }
    drop_ambiguous(keys, &Multikey::multibase);
    return keys;
}

Result<PublicKey> read_public_key(const json::value& document, std::string_view key_id)
{
    if (!document.is_object())
        return fail(Errc::invalid, "A key document must be a JSON object.");
    TRY(const std::string id, own_id(document));
    for (auto& key : read_public_keys(document, id)) {
        if (key.id == key_id)
            return std::move(key);
    }
    auto bare = read_key(document);
    if (bare.id != key_id || bare.pem.empty())
        return fail(Errc::invalid, "The document does not have the key that signed.");
    if (bare.owner.empty())
        return fail(Errc::invalid, "The key does not name its owner.");
    return bare;
}

} // namespace kith::vocab
