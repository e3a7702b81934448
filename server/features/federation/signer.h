// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/rsa.h"
#include "server/core/cpu_pool.h"
#include "server/db/database.h"
#include "server/features/accounts/key_maker.h"
#include "server/http/message.h"

#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <string>

namespace kith::federation {

using boost::asio::awaitable;

/// Signs what we send, with a local actor's RSA key, on the CPU pool. Keeps the parsed keys of recent signers.
class Signer {
public:
    Signer(db::Database& database, core::CpuPool& cpu, const accounts::KeyMaker& keys, const Clock& clock);

    /// The server's own actor, which signs fetches; made at the first call in a server's life, on the CPU pool.
    awaitable<Result<AccountId>> instance_actor();

    /// Adds Date, Digest and Signature to the headers of a request to `url`.
    awaitable<Result<void>> sign(AccountId account, std::string method, std::string url, std::string body,
                                 http::Headers& headers);

private:
    struct Key {
        AccountId account;
        std::string id;
        crypto::RsaPrivateKey rsa;
    };
    using KeyPointer = std::shared_ptr<const Key>;
    awaitable<Result<KeyPointer>> key_of(AccountId account);
    KeyPointer cached(AccountId account);
    void remember(KeyPointer key);

    db::Database& m_database;
    core::CpuPool& m_cpu;
    const accounts::KeyMaker& m_keys;
    const Clock& m_clock;
    std::mutex m_mutex;
    std::atomic<std::int64_t> m_instance_actor{0}; ///< 0: not asked for yet
    std::list<KeyPointer> m_recent; ///< most recent first, at most k_cached_keys
};

} // namespace kith::federation
