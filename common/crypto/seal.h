// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

namespace kith::crypto {

constexpr std::size_t k_key_bytes = 32;
/// Bytes that sealing adds: version (1), nonce (24), tag (16).
constexpr std::size_t k_seal_overhead = 41;

/// XChaCha20-Poly1305 with a random nonce: `version 1 | nonce | ciphertext and tag`. The associated data says what
/// the plaintext is and whose (`"actor_key:42"`), so that one sealed value cannot stand in another's place.
/// `invalid` when the key has not k_key_bytes.
Result<Bytes> seal(const Secret& key, ByteView plaintext, std::string_view associated_data);
/// `malformed` for another version or length, `forbidden` when key, data or associated data are not the same.
Result<Secret> open(const Secret& key, ByteView sealed, std::string_view associated_data);

} // namespace kith::crypto
