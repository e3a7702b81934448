// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/cavage.h"
#include "federation/signatures/digest.h"
#include "federation/signatures/rfc9421.h"

#include <functional>

namespace kith::signatures {

namespace {

using Signer = std::function<Result<crypto::Bytes>(std::string_view)>;

bool has(const Headers& headers, std::string_view name)
{
    return !field_values(headers, name).empty();
}

Result<Headers> sign_cavage(Message message, std::string_view key_id, std::string_view algorithm,
                            const Signer& sign, Timestamp now)
{
    Headers added{{"Date", to_http_date(now)}};
    ParsedSignature plan;
    plan.covered = {"(request-target)", "host", "date"};
    if (!message.body_digest.empty()) {
        added.emplace_back("Digest", digest_header(message.body_digest));
        plan.covered.emplace_back("digest");
    }
    for (const char* name : {"content-type", "accept"}) {
        if (has(message.headers, name))
            plan.covered.emplace_back(name);
    }
    message.headers.insert(message.headers.end(), added.begin(), added.end());
    TRY(const auto text, signing_string(message, plan, message.target));
    TRY(const auto signature, sign(text));

    std::string covered;
    for (const auto& name : plan.covered)
        covered += (covered.empty() ? "" : " ") + name;
    added.emplace_back("Signature", "keyId=\"" + std::string{key_id} + "\",algorithm=\"" +
                                        std::string{algorithm} + "\",headers=\"" + covered +
                                        "\",signature=\"" + crypto::to_base64(signature) + "\"");
    return added;
}

Result<Headers> sign_rfc9421(Message message, std::string_view key_id, const Signer& sign, Timestamp now)
{
    Headers added{{"Date", to_http_date(now)}};
    ParsedSignature plan;
    plan.covered = {"@method", "@target-uri"};
    if (!message.body_digest.empty()) {
        added.emplace_back("Content-Digest", content_digest_header(message.body_digest));
        plan.covered.emplace_back("content-digest");
    }
    message.headers.insert(message.headers.end(), added.begin(), added.end());
    for (const auto& name : plan.covered)
        plan.parameters += (plan.parameters.empty() ? "(\"" : " \"") + name + "\"";
    plan.parameters +=
        ");created=" + std::to_string(to_ms(now) / 1000) + ";keyid=\"" + std::string{key_id} + "\"";
    TRY(const auto base, signature_base(message, plan));
    TRY(const auto signature, sign(base));
    added.emplace_back("Signature-Input", "sig1=" + plan.parameters);
    added.emplace_back("Signature", "sig1=:" + crypto::to_base64(signature) + ":");
    return added;
}

Result<Headers> sign_with(const Message& message, std::string_view key_id,
                          std::string_view algorithm, const Signer& sign, Timestamp now, Form form)
{
    if (key_id.empty() || key_id.find_first_of("\"\\\r\n") != std::string_view::npos)
        return fail(Errc::internal, "This key id cannot stand in a signature.");
    if (!single_field(message.headers, "host"))
        return fail(Errc::internal, "A request needs one Host header to be signed.");
    return form == Form::Cavage ? sign_cavage(message, key_id, algorithm, sign, now)
                                : sign_rfc9421(message, key_id, sign, now);
}

} // namespace

Result<Headers> sign_request(const Message& message, std::string_view key_id,
                             const crypto::RsaPrivateKey& key, Timestamp now, Form form)
{
    const Signer sign = [&](std::string_view text) { return key.sign(crypto::as_bytes(text)); };
    return sign_with(message, key_id, "rsa-sha256", sign, now, form);
}

Result<Headers> sign_request(const Message& message, std::string_view key_id,
                             const crypto::Ed25519Key& key, Timestamp now, Form form)
{
    const Signer sign = [&](std::string_view text) -> Result<crypto::Bytes> {
        return crypto::to_bytes(key.sign(crypto::as_bytes(text)));
    };
    return sign_with(message, key_id, "hs2019", sign, now, form);
}

} // namespace kith::signatures
