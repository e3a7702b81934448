// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/key_maker.h"

#include "common/crypto/ed25519.h"
#include "common/crypto/rsa.h"
#include "common/crypto/seal.h"

namespace kith::accounts {

namespace {

constexpr std::size_t k_ready = 4;
constexpr const char* k_rsa_purpose = "actor-key:rsa";
constexpr const char* k_ed25519_purpose = "actor-key:ed25519";

std::string to_text(crypto::ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

KeyMaker::KeyMaker(crypto::Secret secret_key) : m_secret_key(std::move(secret_key)) { }

Result<SealedKeys> KeyMaker::make() const
{
    TRY(const auto rsa, crypto::RsaPrivateKey::generate());
    TRY(const auto der, rsa.to_der());
    TRY(const auto rsa_sealed, crypto::seal(m_secret_key, der.view(), k_rsa_purpose));
    const auto ed25519 = crypto::Ed25519Key::generate();
    const auto seed = ed25519.seed();
    TRY(const auto ed25519_sealed, crypto::seal(m_secret_key, seed.view(), k_ed25519_purpose));
    return SealedKeys{rsa.public_key().to_pem(), to_text(rsa_sealed), to_text(ed25519.public_key()),
                      to_text(ed25519_sealed)};
}

core::awaitable<Result<SealedKeys>> KeyMaker::take(core::CpuPool& cpu)
{
    {
        const std::lock_guard lock{m_mutex};
        if (!m_ready.empty()) {
            auto keys = std::move(m_ready.back());
            m_ready.pop_back();
            co_return keys;
        }
    }
    auto work = [this] { return make(); };
    co_return co_await cpu.run(work);
}

core::awaitable<void> KeyMaker::refill(core::CpuPool& cpu)
{
    while (true) {
        {
            const std::lock_guard lock{m_mutex};
            if (m_ready.size() >= k_ready)
                co_return;
        }
        auto work = [this] { return make(); };
        auto keys = co_await cpu.run(work);
        if (!keys)
            co_return; // the pool is busy or stops; the next sign-up makes its own
        const std::lock_guard lock{m_mutex};
        m_ready.push_back(std::move(*keys));
    }
}

Result<crypto::Secret> KeyMaker::open_rsa(const StoredKey& key) const
{
    return crypto::open(m_secret_key, crypto::as_bytes(key.private_sealed), k_rsa_purpose);
}

} // namespace kith::accounts
