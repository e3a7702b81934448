// SPDX-License-Identifier: Apache-2.0
#include "server/features/federation/peers.h"

#include "common/text/sanitise.h"
#include "common/text/utf8.h"
#include "federation/addressing/actor_trust.h"
#include "federation/addressing/ownership.h"
#include "federation/discovery/webfinger.h"

#include <chrono>

namespace kith::federation {

using db::Tx;

namespace {

constexpr std::size_t k_cached_keys = 2048;
constexpr auto k_refetch_pause = std::chrono::minutes{5};
constexpr auto k_actor_life = std::chrono::hours{24};
constexpr const char* k_accept_object =
    "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

accounts::ActorType type_of(const std::string& name)
{
    if (name == "Service")
        return accounts::ActorType::service;
    if (name == "Application")
        return accounts::ActorType::application;
    if (name == "Group")
        return accounts::ActorType::group;
    if (name == "Organization")
        return accounts::ActorType::organization;
    return accounts::ActorType::person;
}

} // namespace

Peers::Peers(db::Database& database, fetch::Fetcher& fetcher, Signer& signer, const core::Site& site,
             const Clock& clock, addressing::IdPolicy policy)
    : m_database(database), m_fetcher(fetcher), m_signer(signer), m_site(site), m_clock(clock), m_policy(policy)
{
}

awaitable<Result<json::value>> Peers::get_document(std::string url, std::string accept)
{
    CO_TRY(const auto sender, co_await m_signer.instance_actor());
    fetch::Fetch request;
    request.url = url;
    request.headers.add("Accept", accept);
    request.priority = fetch::Priority::interactive;
    request.sign = [this, sender](const std::string& address, http::Headers& headers) {
        return m_signer.sign(sender, "GET", address, {}, headers);
    };
    CO_TRY(auto answer, co_await m_fetcher.run(std::move(request)));
    if (answer.status == 404 || answer.status == 410)
        co_return fail(answer.status == 410 ? Errc::gone : Errc::not_found, "The other server does not know it.", url);
    if (answer.status == 401 || answer.status == 403)
        co_return fail(Errc::not_found, "The other server does not show it to us.", url);
    if (answer.status < 200 || answer.status > 299)
        co_return fail(Errc::unavailable, "The other server could not answer.", url + ": " + std::to_string(answer.status));
    CO_TRY(auto document, parse_json(answer.body));
    co_return document;
}

awaitable<Result<json::value>> Peers::get_object(std::string url)
{
    const auto fragment = url.find('#');
    auto address = url.substr(0, fragment);
    for (int hop = 0; hop < 2; ++hop) {
        CO_TRY_VOID(addressing::check_id(address, m_policy));
        CO_TRY(auto document, co_await get_document(address, k_accept_object));
        const auto verdict = addressing::check_fetched(address, document, m_policy);
        if (verdict.trust == addressing::Trust::Trusted)
            co_return document;
        if (verdict.trust == addressing::Trust::Refused)
            co_return fail(Errc::forbidden, "The other server sent something that is not its own.", verdict.reason);
        address = verdict.fetch;
    }
    co_return fail(Errc::forbidden, "The other server sent us from address to address.", url);
}

awaitable<Result<discovery::Handle>> Peers::confirmed_handle(vocab::Actor actor)
{
    CO_TRY(const auto claimed, discovery::claimed_handle(actor));
    const std::string scheme = m_policy.allow_http && actor.id.starts_with("http://") ? "http" : "https";
    const auto address = discovery::webfinger_address(claimed, scheme);
    CO_TRY(const auto document, co_await get_document(address, std::string{discovery::k_jrd_type}));
    CO_TRY(const auto jrd, discovery::read_jrd(document));
    auto finding = discovery::read_finding(claimed, jrd, m_policy);
    if (finding.state == discovery::Finding::State::AskAgain) {
        const auto second = discovery::webfinger_address(finding.handle, scheme);
        CO_TRY(const auto other, co_await get_document(second, std::string{discovery::k_jrd_type}));
        CO_TRY(const auto other_jrd, discovery::read_jrd(other));
        finding = discovery::confirm(finding, other_jrd, m_policy);
    }
    if (finding.state != discovery::Finding::State::Found || finding.actor_id != actor.id)
        co_return fail(Errc::forbidden, "The other server does not confirm this handle.", finding.reason);
    co_return finding.handle;
}

awaitable<Result<Account>> Peers::store(vocab::Actor actor, discovery::Handle handle, vocab::PublicKey key)
{
    if (handle.domain == m_site.domain)
        co_return fail(Errc::forbidden, "Another server cannot speak for an account of ours.", actor.id);
    accounts::RemoteAccount row;
    row.username = handle.name;
    row.domain = handle.domain;
    row.type = type_of(actor.type);
    row.display_name = text::clean_line(actor.name);
    row.note_html = text::sanitise_html(actor.summary);
    row.uri = actor.id;
    row.url = actor.url;
    row.inbox = actor.inbox;
    row.shared_inbox = actor.shared_inbox;
    row.followers_uri = actor.followers;
    row.locked = actor.manually_approves_followers;
    row.discoverable = actor.discoverable;
    row.created_at = actor.published;
    row.key_id = key.id;
    row.key_pem = key.pem;
    auto work = [&](Tx& tx) { return accounts::upsert_remote(tx, row); };
    co_return co_await m_database.write(work);
}

awaitable<Result<Account>> Peers::fetch_actor(std::string uri)
{
    CO_TRY(const auto document, co_await get_object(uri));
    CO_TRY(auto read, vocab::read_actor(document));
    CO_TRY(auto actor, addressing::trusted_actor(std::move(read), m_policy));
    CO_TRY(const auto handle, co_await confirmed_handle(actor));
    vocab::PublicKey key;
    if (!actor.public_keys.empty())
        key = actor.public_keys.front();
    co_return co_await store(actor, handle, key);
}

awaitable<Result<Account>> Peers::resolve(discovery::Handle handle)
{
    auto look = [&](Tx& tx) -> Result<std::optional<Account>> {
        return accounts::find_by_handle(tx, handle.name, handle.domain);
    };
    CO_TRY(auto known, co_await m_database.read(look));
    const bool here = handle.domain == m_site.domain;
    if (known && (here || (known->fetched_at && *known->fetched_at + k_actor_life > m_clock.now())))
        co_return std::move(*known);
    if (here)
        co_return fail(Errc::not_found, "There is nobody of this name here.");

    const std::string scheme = m_policy.allow_http ? "http" : "https";
    const auto address = discovery::webfinger_address(handle, scheme);
    CO_TRY(const auto document, co_await get_document(address, std::string{discovery::k_jrd_type}));
    CO_TRY(const auto jrd, discovery::read_jrd(document));
    const auto finding = discovery::read_finding(handle, jrd, m_policy);
    if (finding.state == discovery::Finding::State::Refused)
        co_return fail(Errc::not_found, "There is nobody of this name there.", finding.reason);
    // The actor's own document is asked for its handle again, so that both directions agree.
    auto actor_id = finding.actor_id.empty() ? discovery::self_link(jrd) : finding.actor_id;
    CO_TRY(auto account, co_await fetch_actor(std::move(actor_id)));
    // A name that leads to somebody who goes by another one is nobody's: it could be taken for a third person's.
    const discovery::Handle own{account.username, account.domain};
    if (!discovery::same_handle(own, finding.handle))
        co_return fail(Errc::not_found, "There is nobody of this name there.", account.uri + " calls itself " + own.acct());
    co_return account;
}

std::optional<PeerKey> Peers::cached_key(const std::string& key_id)
{
    const std::lock_guard lock{m_mutex};
    const auto found = m_keys.find(key_id);
    if (found == m_keys.end())
        return std::nullopt;
    return found->second;
}

void Peers::remember_key(const std::string& key_id, const PeerKey& key)
{
    const std::lock_guard lock{m_mutex};
    if (m_keys.size() >= k_cached_keys)
        m_keys.erase(m_keys.begin()); // any one: it is in the database
    m_keys.insert_or_assign(key_id, key);
    m_keys[key_id].fresh = false;
}

awaitable<Result<PeerKey>> Peers::find_key(std::string key_id)
{
    if (auto key = cached_key(key_id))
        co_return std::move(*key);
    std::string pem;
    auto work = [&](Tx& tx) -> Result<std::optional<PeerKey>> {
        const auto stored = accounts::find_key_by_id(tx, key_id);
        if (!stored)
            return std::optional<PeerKey>{};
        const auto owner = accounts::find(tx, stored->account);
        pem = stored->public_key;
        PeerKey key;
        key.account = stored->account;
        key.owner = owner->uri;
        return std::optional{key};
    };
    CO_TRY(auto known, co_await m_database.read(work));
    if (!known)
        co_return co_await refetch_key(std::move(key_id));
    CO_TRY(auto parsed, signatures::key_from_pem(pem));
    known->key = std::make_shared<const signatures::VerificationKey>(std::move(parsed));
    remember_key(key_id, *known);
    co_return std::move(*known);
}

awaitable<Result<bool>> Peers::knows_key(std::string key_id)
{
    if (cached_key(key_id))
        co_return true;
    auto work = [&](Tx& tx) -> Result<bool> { return accounts::find_key_by_id(tx, key_id).has_value(); };
    co_return co_await m_database.read(work);
}

awaitable<Result<PeerKey>> Peers::refetch_key(std::string key_id)
{
    {
        const std::lock_guard lock{m_mutex};
        const auto now = m_clock.now();
        std::erase_if(m_key_fetches, [&](const auto& entry) { return entry.second + k_refetch_pause < now; });
        if (m_key_fetches.size() >= k_cached_keys || !m_key_fetches.emplace(key_id, now).second)
            co_return fail(Errc::unauthorized, "The key was asked for a moment ago and did not fit.", key_id);
    }
    auto key = co_await fetch_key(key_id);
    if (!key && key.error().code == Errc::unavailable) {
        const std::lock_guard lock{m_mutex};
        m_key_fetches.erase(key_id); // its server was down for a moment: ask again with the next delivery
    }
    co_return key;
}

awaitable<Result<PeerKey>> Peers::fetch_key(std::string key_id)
{
    CO_TRY_VOID(addressing::check_id(key_id, m_policy, addressing::IdFor::Key));
    const auto address = key_id.substr(0, key_id.find('#'));
    CO_TRY(const auto document, co_await get_document(address, k_accept_object));
    CO_TRY(const auto key, vocab::read_public_key(document, key_id));
    CO_TRY(const auto owner_document, co_await get_object(key.owner));
    CO_TRY(auto read, vocab::read_actor(owner_document));
    CO_TRY(auto actor, addressing::trusted_actor(std::move(read), m_policy));
    CO_TRY_VOID(addressing::check_key_owner(key, actor));
    CO_TRY(auto parsed, signatures::key_from_pem(key.pem));
    CO_TRY(const auto handle, co_await confirmed_handle(actor));
    CO_TRY(const auto account, co_await store(actor, handle, key));
    PeerKey found;
    found.account = account.id;
    found.owner = account.uri;
    found.key = std::make_shared<const signatures::VerificationKey>(std::move(parsed));
    remember_key(key_id, found);
    found.fresh = true;
    co_return found;
}

} // namespace kith::federation
