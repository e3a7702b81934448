// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

#include <memory>

struct evp_pkey_st;

namespace kith::crypto {

/// What a PKCS#1 v1.5 signature is made over.
enum class RsaHash { sha256, sha512 };

/// A parsed public key of 2,048 to 8,192 bits: parse once, verify often. Copies are cheap. Any thread.
class RsaPublicKey {
public:
    /// PEM: SubjectPublicKeyInfo, or the older PKCS#1 form that some servers publish. `malformed` when it is neither,
    /// `invalid` when the size is not allowed or the exponent is even, below 3 or beyond 64 bits.
    static Result<RsaPublicKey> from_pem(std::string_view pem);

    /// PEM, SubjectPublicKeyInfo.
    std::string to_pem() const;
    unsigned bits() const;
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    bool verify(ByteView message, ByteView signature, RsaHash hash = RsaHash::sha256) const;

private:
    friend class RsaPrivateKey;
    explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key) : m_key(std::move(key)) { }
    std::shared_ptr<evp_pkey_st> m_key;
};

/// A parsed private key: parse once, sign often. Copies are cheap. Any thread.
class RsaPrivateKey {
public:
    /// A new key of 2,048 bits. Takes 50 to 500 ms: only on the CPU pool.
    static Result<RsaPrivateKey> generate();
    /// From PKCS#8 DER, not encrypted: what is sealed and stored. Errors as RsaPublicKey::from_pem.
    static Result<RsaPrivateKey> from_der(ByteView der);

    Result<Secret> to_der() const;
    RsaPublicKey public_key() const;
    /// RSASSA-PKCS1-v1_5. About 1 ms.
    Result<Bytes> sign(ByteView message, RsaHash hash = RsaHash::sha256) const;

private:
    explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key) : m_key(std::move(key)) { }
    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace kith::crypto
