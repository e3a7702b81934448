// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password.h"

#include "common/crypto/random.h"

#include <sodium.h>

namespace kith::crypto {

namespace {

Result<void> check(std::string_view password, const Argon2Params& params)
{
    TRY_VOID(init());
    if (password.size() > k_max_password_bytes)
        return fail(Errc::invalid, "This password is too long.");
    if (params.operations < crypto_pwhash_OPSLIMIT_MIN || params.memory_bytes < crypto_pwhash_MEMLIMIT_MIN)
        return fail(Errc::internal, "The password could not be stored.", "Argon2 parameters below the minimum");
    return {};
}

} // namespace

Result<std::string> hash_password(std::string_view password, Argon2Params params)
{
    TRY_VOID(check(password, params));
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(text, password.data(), password.size(), params.operations, params.memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Errc::unavailable, "The server is too busy to do this now.", "no memory for Argon2");
    return std::string{text};
}

bool verify_password(const std::string& hash, std::string_view password)
{
    return init() && password.size() <= k_max_password_bytes && hash.starts_with("$argon2id$") &&
           hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash, Argon2Params params)
{
    return hash.size() >= crypto_pwhash_STRBYTES || !hash.starts_with("$argon2id$") ||
           crypto_pwhash_str_needs_rehash(hash.c_str(), params.operations, params.memory_bytes) != 0;
}

Result<Secret> derive_key(std::string_view passphrase, ByteView salt, std::size_t size, Argon2Params params)
{
    static_assert(k_salt_bytes == crypto_pwhash_SALTBYTES);
    TRY_VOID(check(passphrase, params));
    if (salt.size() != k_salt_bytes || size < crypto_pwhash_BYTES_MIN || size > 64)
        return fail(Errc::invalid, "The key cannot be made from these parameters.");
    Secret key{size};
    if (crypto_pwhash(reinterpret_cast<unsigned char*>(key.bytes().data()), size, passphrase.data(), passphrase.size(),
                      reinterpret_cast<const unsigned char*>(salt.data()), params.operations, params.memory_bytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Errc::unavailable, "There is not enough memory to unlock.", "no memory for Argon2");
    return key;
}

} // namespace kith::crypto
