// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/rsa.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace kith::crypto {

namespace {

constexpr int k_min_bits = 2048;
constexpr int k_max_bits = 8192;
constexpr std::size_t k_max_encoded = 16 * 1024;

using Key = std::shared_ptr<EVP_PKEY>;
template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* pointer) const
    {
        release(pointer);
    }
};
using Decoder = std::unique_ptr<OSSL_DECODER_CTX, Releaser<OSSL_DECODER_CTX_free>>;
using Bignum = std::unique_ptr<BIGNUM, Releaser<BN_free>>;
using Bio = std::unique_ptr<BIO, Releaser<BIO_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releaser<PKCS8_PRIV_KEY_INFO_free>>;

const unsigned char* raw(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// OpenSSL's own words for the log; empties its queue, so that the next error is not mixed with this one.
std::string openssl_cause()
{
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    char text[256] = "unknown";
    if (code != 0)
        ERR_error_string_n(code, text, sizeof text);
    return text;
}

Error not_a_key()
{
    return fail(Errc::malformed, "This is not an RSA key.", openssl_cause());
}

Result<Key> decode(ByteView encoded, const char* format, const char* structure, int selection)
{
    if (encoded.size() > k_max_encoded)
        return fail(Errc::malformed, "This is not an RSA key.", "too long");
    EVP_PKEY* parsed = nullptr;
    const Decoder decoder{
        OSSL_DECODER_CTX_new_for_pkey(&parsed, format, structure, "RSA", selection, nullptr, nullptr)};
    const auto* data = raw(encoded);
    auto size = encoded.size();
    if (!decoder || OSSL_DECODER_from_data(decoder.get(), &data, &size) != 1 || !parsed)
        return not_a_key();
    Key key{parsed, EVP_PKEY_free};
    if (!EVP_PKEY_is_a(parsed, "RSA"))
        return not_a_key();

    const auto bits = EVP_PKEY_get_bits(parsed);
    if (bits < k_min_bits || bits > k_max_bits)
        return fail(Errc::invalid, "An RSA key must have 2048 to 8192 bits.", std::to_string(bits) + " bits");
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(parsed, OSSL_PKEY_PARAM_RSA_E, &number) != 1)
        return not_a_key();
    const Bignum exponent{number};
    // A huge exponent makes each verification slow; a tiny or even one is no RSA key.
    if (!BN_is_odd(number) || BN_num_bits(number) < 2 || BN_num_bits(number) > 64)
        return fail(Errc::invalid, "This RSA key has an unusual exponent.");
    return key;
}

const EVP_MD* digest_of(RsaHash hash)
{
    return hash == RsaHash::sha512 ? EVP_sha512() : EVP_sha256();
}

} // namespace

Result<RsaPublicKey> RsaPublicKey::from_pem(std::string_view pem)
{
    const auto start = pem.find_first_not_of(" \t\r\n");
    const auto body = start == std::string_view::npos ? std::string_view{} : pem.substr(start);
    // Without this a private key, or one that asks for a passphrase, would be read as well.
    if (!body.starts_with("-----BEGIN PUBLIC KEY-----") && !body.starts_with("-----BEGIN RSA PUBLIC KEY-----"))
        return fail(Errc::malformed, "This is not an RSA key.", "no PEM header of a public key");
    TRY(auto key, decode(as_bytes(body), "PEM", nullptr, EVP_PKEY_PUBLIC_KEY));
    return RsaPublicKey{std::move(key)};
}

std::string RsaPublicKey::to_pem() const
{
    const Bio out{BIO_new(BIO_s_mem())};
    char* text = nullptr;
    if (!out || PEM_write_bio_PUBKEY(out.get(), m_key.get()) != 1)
        throw std::bad_alloc{};
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

unsigned RsaPublicKey::bits() const
{
    return static_cast<unsigned>(EVP_PKEY_get_bits(m_key.get()));
}

bool RsaPublicKey::verify(ByteView message, ByteView signature, RsaHash hash) const
{
    const DigestContext context{EVP_MD_CTX_new()};
    const bool genuine =
        context && EVP_DigestVerifyInit(context.get(), nullptr, digest_of(hash), nullptr, m_key.get()) == 1 &&
        EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
    if (!genuine)
        ERR_clear_error();
    return genuine;
}

Result<RsaPrivateKey> RsaPrivateKey::generate()
{
    Key key{EVP_RSA_gen(2048), EVP_PKEY_free};
    if (!key)
        return fail(Errc::internal, "A key could not be made.", openssl_cause());
    return RsaPrivateKey{std::move(key)};
}

Result<RsaPrivateKey> RsaPrivateKey::from_der(ByteView der)
{
    TRY(auto key, decode(der, "DER", "PrivateKeyInfo", EVP_PKEY_KEYPAIR));
    return RsaPrivateKey{std::move(key)};
}

Result<Secret> RsaPrivateKey::to_der() const
{
    const Pkcs8 info{EVP_PKEY2PKCS8(m_key.get())};
    const auto size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : -1;
    if (size <= 0)
        return fail(Errc::internal, "The key could not be written.", openssl_cause());
    Secret der{static_cast<std::size_t>(size)};
    auto* out = reinterpret_cast<unsigned char*>(der.bytes().data());
    i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out);
    return der;
}

RsaPublicKey RsaPrivateKey::public_key() const
{
    return RsaPublicKey{m_key}; // RsaPublicKey only ever uses the public half
}

Result<Bytes> RsaPrivateKey::sign(ByteView message, RsaHash hash) const
{
    const DigestContext context{EVP_MD_CTX_new()};
    Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get())));
    auto size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, digest_of(hash), nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(message),
                       message.size()) != 1)
        return fail(Errc::internal, "The message could not be signed.", openssl_cause());
    signature.resize(size);
    return signature;
}

} // namespace kith::crypto
