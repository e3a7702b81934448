// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/seal.h"

#include "common/crypto/random.h"

#include <sodium.h>

namespace kith::crypto {

namespace {

constexpr std::byte k_version{1};
constexpr std::size_t k_nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(k_seal_overhead == 1 + k_nonce_bytes + k_tag_bytes);
static_assert(k_key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* raw(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

Result<Bytes> seal(const Secret& key, ByteView plaintext, std::string_view associated_data)
{
    if (key.size() != k_key_bytes)
        return fail(Errc::invalid, "The key has the wrong size.");
    TRY_VOID(init());
    Bytes sealed(plaintext.size() + k_seal_overhead);
    sealed[0] = k_version;
    auto* const nonce = reinterpret_cast<unsigned char*>(sealed.data()) + 1;
    randombytes_buf(nonce, k_nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + k_nonce_bytes, nullptr, raw(plaintext), plaintext.size(),
                                               raw(as_bytes(associated_data)), associated_data.size(), nullptr, nonce,
                                               raw(key.view()));
    return sealed;
}

Result<Secret> open(const Secret& key, ByteView sealed, std::string_view associated_data)
{
    if (key.size() != k_key_bytes)
        return fail(Errc::invalid, "The key has the wrong size.");
    if (sealed.size() < k_seal_overhead || sealed[0] != k_version)
        return fail(Errc::malformed, "This was not sealed by us.");
    const auto nonce = sealed.subspan(1, k_nonce_bytes);
    const auto ciphertext = sealed.subspan(1 + k_nonce_bytes);
    Secret plaintext{ciphertext.size() - k_tag_bytes};
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plaintext.bytes().data()), nullptr,
                                                   nullptr, raw(ciphertext), ciphertext.size(),
                                                   raw(as_bytes(associated_data)), associated_data.size(), raw(nonce),
                                                   raw(key.view())) != 0)
        return fail(Errc::forbidden, "This cannot be opened with this key.");
    return plaintext;
}

} // namespace kith::crypto
