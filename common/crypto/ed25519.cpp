// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/ed25519.h"

#include "common/crypto/random.h"

#include <sodium.h>

#include <algorithm>

namespace kith::crypto {

namespace {

/// https://www.w3.org/TR/cid-1.0/#Multikey: "0xed01" before the 32 bytes of an Ed25519 public key.
constexpr std::array k_multicodec{std::byte{0xed}, std::byte{0x01}};

unsigned char* raw(std::byte* bytes)
{
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

Ed25519Key Ed25519Key::generate()
{
    Ed25519Key key;
    key.m_secret = Secret{crypto_sign_SECRETKEYBYTES};
    crypto_sign_keypair(raw(key.m_public.data()), raw(key.m_secret.bytes().data()));
    return key;
}

Result<Ed25519Key> Ed25519Key::from_seed(ByteView seed)
{
    if (seed.size() != crypto_sign_SEEDBYTES)
        return fail(Errc::malformed, "An Ed25519 key has 32 bytes.");
    Ed25519Key key;
    key.m_secret = Secret{crypto_sign_SECRETKEYBYTES};
    crypto_sign_seed_keypair(raw(key.m_public.data()), raw(key.m_secret.bytes().data()), raw(seed));
    return key;
}

Secret Ed25519Key::seed() const
{
    return Secret::copy_of(m_secret.view().first(crypto_sign_SEEDBYTES));
}

Ed25519Signature Ed25519Key::sign(ByteView message) const
{
    Ed25519Signature signature;
    crypto_sign_detached(raw(signature.data()), nullptr, raw(message), message.size(), raw(m_secret.view()));
    return signature;
}

bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature)
{
    return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw(public_key)) == 0;
}

std::string to_multikey(const Ed25519Public& key)
{
    Bytes bytes{k_multicodec.begin(), k_multicodec.end()};
    bytes.insert(bytes.end(), key.begin(), key.end());
    return *to_base58btc(bytes); // 34 bytes: always within its limit
}

Result<Ed25519Public> ed25519_from_multikey(std::string_view text)
{
    TRY(const auto bytes, from_base58btc(text));
    Ed25519Public key;
    if (bytes.size() != k_multicodec.size() + key.size() ||
        !std::equal(k_multicodec.begin(), k_multicodec.end(), bytes.begin()))
        return fail(Errc::malformed, "This is not an Ed25519 Multikey.");
    std::copy(bytes.begin() + k_multicodec.size(), bytes.end(), key.begin());
    return key;
}

} // namespace kith::crypto
