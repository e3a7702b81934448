// SPDX-License-Identifier: Apache-2.0
#include "server/features/federation/signer.h"

#include "federation/signatures/signature.h"

namespace kith::federation {

using db::Tx;

namespace {

constexpr std::size_t k_cached_keys = 128;

} // namespace

Signer::Signer(db::Database& database, core::CpuPool& cpu, const accounts::KeyMaker& keys, const Clock& clock)
    : m_database(database), m_cpu(cpu), m_keys(keys), m_clock(clock)
{
}

Signer::KeyPointer Signer::cached(AccountId account)
{
    const std::lock_guard lock{m_mutex};
    for (auto it = m_recent.begin(); it != m_recent.end(); ++it)
        if ((*it)->account == account) {
            m_recent.splice(m_recent.begin(), m_recent, it);
            return m_recent.front();
        }
    return nullptr;
}

void Signer::remember(KeyPointer key)
{
    const std::lock_guard lock{m_mutex};
    m_recent.push_front(std::move(key));
    if (m_recent.size() > k_cached_keys)
        m_recent.pop_back();
}

awaitable<Result<Signer::KeyPointer>> Signer::key_of(AccountId account)
{
    if (auto key = cached(account))
        co_return key;
    std::string key_id;
    auto work = [&](Tx& tx) -> Result<accounts::StoredKey> {
        const auto owner = accounts::find(tx, account);
        auto stored = accounts::find_key(tx, account, accounts::KeyKind::rsa);
        if (!owner || !owner->local() || !stored)
            return fail(Errc::not_found, "The sender has no key here.");
        key_id = owner->uri + "#main-key";
        return std::move(*stored);
    };
    CO_TRY(const auto stored, co_await m_database.read(work));
    CO_TRY(const auto der, m_keys.open_rsa(stored));
    CO_TRY(auto rsa, crypto::RsaPrivateKey::from_der(der.view()));
    auto key = std::make_shared<const Key>(Key{account, key_id, std::move(rsa)});
    remember(key);
    co_return key;
}

awaitable<Result<AccountId>> Signer::instance_actor()
{
    if (const auto known = m_instance_actor.load())
        co_return AccountId{known};
    auto look = [](Tx& tx) -> Result<std::optional<accounts::Account>> {
        return accounts::find_by_handle(tx, accounts::k_instance_actor, {});
    };
    CO_TRY(auto actor, co_await m_database.read(look));
    if (!actor) {
        accounts::NewAccount wanted;
        wanted.username = accounts::k_instance_actor;
        wanted.type = accounts::ActorType::application;
        auto make = [this] { return m_keys.make(); };
        CO_TRY(wanted.keys, co_await m_cpu.run(make));
        auto create = [&](Tx& tx) { return accounts::create_local(tx, wanted); };
        const auto created = co_await m_database.write(create);
        if (!created && created.error().code != Errc::conflict) // conflict: another process or request was first
            co_return created.error();
        CO_TRY(actor, co_await m_database.read(look));
    }
    m_instance_actor = actor->id.value;
    co_return actor->id;
}

awaitable<Result<void>> Signer::sign(AccountId account, std::string method, std::string url, std::string body,
                                     http::Headers& headers)
{
    CO_TRY(const auto key, co_await key_of(account));
    const auto digest = body.empty() ? std::string{} : signatures::digest_of(body);
    CO_TRY(auto message, signatures::outgoing_message(method, url, digest));
    for (const auto& [name, value] : headers.all())
        message.headers.emplace_back(name, value);
    const auto now = m_clock.now();
    auto work = [&] { return signatures::sign_request(message, key->id, key->rsa, now); };
    CO_TRY(const auto added, co_await m_cpu.run(work));
    for (const auto& [name, value] : added)
        headers.set(name, value);
    co_return Result<void>{};
}

} // namespace kith::federation
