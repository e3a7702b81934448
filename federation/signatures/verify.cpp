// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/cavage.h"
#include "federation/signatures/policy.h"
#include "federation/signatures/rfc9421.h"

namespace kith::signatures {

namespace {

bool matches(const VerificationKey& key, std::string_view signed_text, const crypto::Bytes& signature)
{
    if (const auto* rsa = std::get_if<crypto::RsaPublicKey>(&key))
        return rsa->verify(crypto::as_bytes(signed_text), signature);
    return crypto::ed25519_verify(std::get<crypto::Ed25519Public>(key), crypto::as_bytes(signed_text), signature);
}

Result<bool> check_crypto(const Message& message, const ParsedSignature& signature,
                          const VerificationKey& key, std::string_view target)
{
    if (signature.form == Form::Rfc9421) {
        TRY(const auto base, signature_base(message, signature));
        return matches(key, base, signature.signature);
    }
    TRY(const auto text, signing_string(message, signature, target));
    return matches(key, text, signature.signature);
}

} // namespace

bool has_signature(const Headers& headers)
{
    return !field_values(headers, "signature").empty();
}

Result<ParsedSignature> parse_signature(const Headers& headers)
{
    const auto signatures = field_values(headers, "signature");
    const auto inputs = field_values(headers, "signature-input");
    if (signatures.empty())
        return fail(Errc::unauthorized, "The request is not signed.");
    if (signatures.size() > 1 || inputs.size() > 1)
        return fail(Errc::unauthorized, "The request has a signature header twice.");
    return inputs.empty() ? parse_cavage(signatures.front())
                          : parse_rfc9421(inputs.front(), signatures.front());
}

Result<VerificationKey> key_from_pem(std::string_view pem)
{
    auto key = crypto::RsaPublicKey::from_pem(pem);
    if (!key)
        return fail(Errc::unauthorized, "The public key cannot be used.", key.error().message);
    return VerificationKey{std::move(*key)};
}

Result<VerificationKey> key_from_multibase(std::string_view text)
{
    auto key = crypto::ed25519_from_multikey(text);
    if (!key)
        return fail(Errc::unauthorized, "The public key cannot be used.", key.error().message);
    return VerificationKey{*key};
}

Result<VerifiedBy> verify(const Message& message, const ParsedSignature& signature,
                          const VerificationKey& key, Timestamp now, const Policy& policy)
{
    TRY(const auto made, check_policy(message, signature, now, policy));
    TRY_VOID(check_algorithm(signature, key));
    TRY(bool good, check_crypto(message, signature, key, message.target));
    VerifiedBy by{signature.key_id, signature.form, made, false};

    // Map, "Query string": old Mastodon left it out of (request-target).
    const auto query = message.target.find('?');
    if (!good && signature.form == Form::Cavage && query != std::string::npos &&
        lower_case(message.method) == "get") {
        TRY(good, check_crypto(message, signature, key, message.target.substr(0, query)));
        by.query_unsigned = good;
    }
    if (!good)
        return fail(Errc::unauthorized, "The signature does not match the request.");
    return by;
}

} // namespace kith::signatures
