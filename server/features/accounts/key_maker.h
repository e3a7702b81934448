// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"
#include "server/core/cpu_pool.h"
#include "server/features/accounts/account.h"

#include <mutex>
#include <vector>

namespace kith::accounts {

/// Makes and opens the keys of local actors. Private parts leave it only sealed with secret.key.
class KeyMaker {
public:
    explicit KeyMaker(crypto::Secret secret_key);

    /// Both keys of a new actor. RSA takes 50 to 500 ms: only on the CPU pool, or in a command.
    Result<SealedKeys> make() const;
    /// The same, from the few that were made before they are needed when there are any.
    core::awaitable<Result<SealedKeys>> take(core::CpuPool& cpu);
    /// Fills the small store up again, one by one, on the CPU pool.
    core::awaitable<void> refill(core::CpuPool& cpu);

    /// The PKCS#8 DER of a sealed RSA key. `forbidden` when secret.key is not the one that sealed it.
    Result<crypto::Secret> open_rsa(const StoredKey& key) const;

private:
    crypto::Secret m_secret_key;
    std::mutex m_mutex;
    std::vector<SealedKeys> m_ready;
};

} // namespace kith::accounts
