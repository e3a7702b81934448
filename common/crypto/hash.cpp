// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <climits>
#include <stdexcept>

namespace kith::crypto {

namespace {
const unsigned char* data(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
} // namespace

// OpenSSL rather than libsodium: it uses the processor's SHA instructions, and every federated body is hashed.
Sha256 sha256(ByteView bytes)
{
    Sha256 digest;
    SHA256(data(bytes), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

Sha512 sha512(ByteView bytes)
{
    Sha512 digest;
    SHA512(data(bytes), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

Sha256 hmac_sha256(ByteView key, ByteView bytes)
{
    static const std::byte k_nothing{}; // OpenSSL takes a null key for "the key of last time"
    Sha256 digest;
    unsigned length = 0;
    if (key.size() > INT_MAX ||
        !HMAC(EVP_sha256(), key.empty() ? &k_nothing : key.data(), static_cast<int>(key.size()), data(bytes),
              bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length))
        throw std::runtime_error("HMAC-SHA-256 failed");
    return digest;
}

} // namespace kith::crypto
