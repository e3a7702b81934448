// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

namespace kith::crypto {

/// Argon2id's cost; one lane always.
struct Argon2Params {
    unsigned operations = 2;
    std::size_t memory_bytes = 19 * 1024 * 1024;
};

/// The longest password that is taken, in bytes. Longer ones are `invalid`.
constexpr std::size_t k_max_password_bytes = 1024;

/// The PHC string `$argon2id$v=19$…`, with a salt of its own. Slow and hungry by design: only on the CPU pool.
/// `unavailable` when there is not memory enough.
Result<std::string> hash_password(std::string_view password, Argon2Params params = {});
/// False for a wrong password and for a hash that cannot be read.
bool verify_password(const std::string& hash, std::string_view password);
/// Whether a stored hash was made with other parameters, so that the next sign-in should store a new one.
bool needs_rehash(const std::string& hash, Argon2Params params = {});

constexpr std::size_t k_salt_bytes = 16;
/// A key of `size` bytes (16 to 64) from a passphrase: the app's store when there is no keychain. `salt` has
/// k_salt_bytes and is stored beside what the key opens. Slow by design.
Result<Secret> derive_key(std::string_view passphrase, ByteView salt, std::size_t size = 32,
                          Argon2Params params = {.operations = 3, .memory_bytes = 64 * 1024 * 1024});

} // namespace kith::crypto
