// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/keyed_hash.h"

#include "common/crypto/hash.h"

#include <sodium/crypto_shorthash.h>

#include <cstring>

namespace kith::crypto {

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == sizeof(std::uint64_t));

KeyedHash::KeyedHash()
{
    crypto_shorthash_keygen(m_key.data());
}

KeyedHash::KeyedHash(ByteView secret)
{
    const auto derived = hmac_sha256(secret, as_bytes("kith keyed hash"));
    std::memcpy(m_key.data(), derived.data(), m_key.size());
}

std::uint64_t KeyedHash::operator()(std::string_view text) const
{
    std::array<unsigned char, crypto_shorthash_BYTES> hash{};
    crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), m_key.data());
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), sizeof number);
    return number;
}

} // namespace kith::crypto
