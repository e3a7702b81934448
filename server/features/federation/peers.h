// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/addressing/origin.h"
#include "federation/discovery/handle.h"
#include "federation/signatures/signature.h"
#include "federation/vocab/actor.h"
#include "server/features/accounts/account.h"
#include "server/features/federation/signer.h"
#include "server/fetch/fetch.h"

#include <map>
#include <mutex>
#include <string>

namespace kith::federation {

using accounts::Account;

/// A key that may have signed a request, and whose it is.
struct PeerKey {
    AccountId account;
    std::string owner; ///< the actor's URI
    std::shared_ptr<const signatures::VerificationKey> key;
    bool fresh = false; ///< just fetched: no use in fetching it again
};

/// Asks other servers: who is this handle, what does this actor say, which key is this. Every fetch is signed by the
/// server's own actor, since some peers answer nobody else.
class Peers {
public:
    Peers(db::Database& database, fetch::Fetcher& fetcher, Signer& signer, const core::Site& site, const Clock& clock,
          addressing::IdPolicy policy);

    /// The account behind `name@domain`: what we know when that is younger than a day, else WebFinger and the actor's document.
    /// `not_found` when there is no such account, `unavailable` when its server does not answer.
    awaitable<Result<Account>> resolve(discovery::Handle handle);
    /// The account with this URI, fetched anew.
    awaitable<Result<Account>> fetch_actor(std::string uri);
    /// The key with this id, from the database or from its server. `unauthorized` when there is none that is its
    /// owner's.
    awaitable<Result<PeerKey>> find_key(std::string key_id);
    /// Fetches the key again, at most once in five minutes each: `unauthorized` in between.
    awaitable<Result<PeerKey>> refetch_key(std::string key_id);
    /// Whether we know this key, without asking anybody.
    awaitable<Result<bool>> knows_key(std::string key_id);

    const addressing::IdPolicy& policy() const { return m_policy; }

private:
    awaitable<Result<json::value>> get_document(std::string url, std::string accept);
    awaitable<Result<json::value>> get_object(std::string url);
    awaitable<Result<discovery::Handle>> confirmed_handle(vocab::Actor actor);
    awaitable<Result<Account>> store(vocab::Actor actor, discovery::Handle handle, vocab::PublicKey key);
    awaitable<Result<PeerKey>> fetch_key(std::string key_id);
    std::optional<PeerKey> cached_key(const std::string& key_id);
    void remember_key(const std::string& key_id, const PeerKey& key);

    db::Database& m_database;
    fetch::Fetcher& m_fetcher;
    Signer& m_signer;
    const core::Site& m_site;
    const Clock& m_clock;
    addressing::IdPolicy m_policy;
    std::mutex m_mutex;
    std::map<std::string, PeerKey> m_keys;          ///< parsed, at most k_cached_keys
    std::map<std::string, Timestamp> m_key_fetches; ///< when each was last asked for, at most k_cached_keys
};

} // namespace kith::federation
