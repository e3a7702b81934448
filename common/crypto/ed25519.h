// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

#include <array>

namespace kith::crypto {

using Ed25519Public = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

/// An Ed25519 key pair (RFC 8032). Signing is thread-safe.
class Ed25519Key {
public:
    static Ed25519Key generate();
    /// From the 32-byte seed, which is what is stored. `malformed` for another length.
    static Result<Ed25519Key> from_seed(ByteView seed);

    const Ed25519Public& public_key() const { return m_public; }
    Secret seed() const;
    Ed25519Signature sign(ByteView message) const;

private:
    Ed25519Key() = default;
    Secret m_secret; ///< libsodium's form: seed and public key
    Ed25519Public m_public{};
};

/// False for a wrong signature, a wrong length, a weak (small-order) key.
bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature);

/// Multikey: `z…` of 0xed01 and the key, as in `publicKeyMultibase` (FEP-521a).
std::string to_multikey(const Ed25519Public& key);
/// `malformed` unless it is an Ed25519 key in that form.
Result<Ed25519Public> ed25519_from_multikey(std::string_view text);

} // namespace kith::crypto
