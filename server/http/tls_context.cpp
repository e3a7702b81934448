// SPDX-License-Identifier: Apache-2.0
#include "server/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

namespace kith::http {

namespace ssl = boost::asio::ssl;

namespace {

/// RFC 7301, 3.2: a client that offers protocols and not ours is told so, rather than left to guess.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* in, unsigned in_length, void*)
{
    static constexpr unsigned char k_ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_length, k_ours, sizeof k_ours - 1, in, in_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/// Without this OpenSSL would ask on the terminal.
int refuse_passphrase(char*, int, int, void*)
{
    return -1;
}

Error unusable(const char* what, const std::filesystem::path& file, const boost::system::error_code& ec)
{
    return fail(Errc::invalid,
                std::string{"The "} + what + " " + file.string() + " cannot be used.", ec.message());
}

} // namespace

Result<std::shared_ptr<ssl::context>> load_tls(const std::filesystem::path& certificate,
                                               const std::filesystem::path& private_key)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(native, refuse_passphrase);

    boost::system::error_code ec;
    ERR_clear_error();
    context->use_certificate_chain_file(certificate.string(), ec);
    if (ec)
        return unusable("certificate", certificate, ec);
    context->use_private_key_file(private_key.string(), ssl::context::pem, ec);
    if (ec && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) != X509_R_KEY_VALUES_MISMATCH)
        return unusable("private key", private_key, ec);
    if (ec || SSL_CTX_check_private_key(native) != 1) {
        ERR_clear_error();
        return fail(Errc::invalid, "The private key " + private_key.string() +
                                       " does not belong to the certificate " + certificate.string() + ".");
    }
    return context;
}

} // namespace kith::http
