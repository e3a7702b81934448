// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/policy.h"

#include "federation/signatures/digest.h"

#include <algorithm>

namespace kith::signatures {

namespace {

using std::chrono::seconds;

Error refused(const char* sentence)
{
    return fail(Errc::unauthorized, sentence);
}

bool covers(const ParsedSignature& signature, std::string_view name)
{
    return std::find(signature.covered.begin(), signature.covered.end(), name) != signature.covered.end();
}

bool must_have_digest(const Message& message)
{
    const auto method = lower_case(message.method);
    return !message.body_digest.empty() || (method != "get" && method != "head");
}

Result<void> check_covered(const Message& message, const ParsedSignature& signature)
{
    if (signature.form == Form::Cavage) {
        if (!covers(signature, "(request-target)"))
            return refused("The signature must cover (request-target).");
        if (!covers(signature, "host"))
            return refused("The signature must cover the Host header.");
        if (!covers(signature, "date") && !covers(signature, "(created)"))
            return refused("The signature must cover the Date header or (created).");
        return {};
    }
    if (!covers(signature, "@method"))
        return refused("The signature must cover @method.");
    const bool has_query = message.target.find('?') != std::string::npos;
    const bool by_parts = covers(signature, "@authority") && covers(signature, "@path") &&
                          (!has_query || covers(signature, "@query"));
    if (!covers(signature, "@target-uri") && !by_parts)
        return refused("The signature must cover @target-uri.");
    if (!signature.created)
        return refused("The signature does not say when it was made.");
    return {};
}

Result<Timestamp> time_of(const Message& message, const ParsedSignature& signature)
{
    const bool by_created = signature.form == Form::Rfc9421 || covers(signature, "(created)");
    if (by_created) {
        if (!signature.created)
            return refused("The signature does not say when it was made.");
        return Timestamp{seconds{*signature.created}};
    }
    const auto date = single_field(message.headers, "date");
    if (!date)
        return refused("The request must have exactly one Date header.");
    auto at = parse_http_date(*date);
    if (!at)
        return refused("The Date header cannot be read.");
    return *at;
}

Result<void> check_time(Timestamp made, const ParsedSignature& signature, Timestamp now, const Policy& policy)
{
    if (made > now + policy.max_skew)
        return refused("The signature was made in the future; check the clock.");
    if (!signature.expires) {
        if (made < now - policy.max_skew)
            return refused("The signature is too old; check the clock.");
        return {};
    }
    const Timestamp expires{seconds{*signature.expires}};
    if (expires < now)
        return refused("The signature has expired.");
    if (expires < made || expires - made > policy.max_life)
        return refused("The signature lives longer than this server allows.");
    return {};
}

Result<void> check_host(const Message& message, const Policy& policy)
{
    const auto host = single_field(message.headers, "host");
    if (!host)
        return refused("The request must have exactly one Host header.");
    if (policy.host.empty() ||
        normal_authority(*host, message.scheme) != normal_authority(policy.host, message.scheme))
        return refused("The request is signed for another host.");
    return {};
}

Result<void> check_body(const Message& message, const ParsedSignature& signature)
{
    const bool old_form = signature.form == Form::Cavage;
    const char* name = old_form ? "digest" : "content-digest";
    if (!must_have_digest(message) && !covers(signature, name))
        return {};
    if (!covers(signature, name))
        return refused("The signature must cover the digest of the body.");
    const auto header = single_field(message.headers, name);
    if (!header)
        return refused("The request must have exactly one digest header.");
    const auto digest = message.body_digest.empty() ? digest_of("") : message.body_digest;
    return old_form ? check_digest(*header, digest) : check_content_digest(*header, digest);
}

bool is_address(std::string_view key_id)
{
    const auto fits = [](unsigned char c) { return c > 0x20 && c != 0x7f; };
    return key_id.size() <= 2048 && (key_id.starts_with("https://") || key_id.starts_with("http://")) &&
           std::all_of(key_id.begin(), key_id.end(), fits);
}

} // namespace

Result<Timestamp> check_policy(const Message& message, const ParsedSignature& signature,
                               Timestamp now, const Policy& policy)
{
    if (policy.key_id_is_address && !is_address(signature.key_id))
        return refused("The key id is not a web address.");
    TRY_VOID(check_covered(message, signature));
    TRY_VOID(check_host(message, policy));
    TRY(const auto made, time_of(message, signature));
    TRY_VOID(check_time(made, signature, now, policy));
    TRY_VOID(check_body(message, signature));
    return made;
}

Result<void> check_algorithm(const ParsedSignature& signature, const VerificationKey& key)
{
    const auto& name = signature.algorithm;
    if (name.empty() || (signature.form == Form::Cavage && name == "hs2019"))
        return {};
    const bool rsa = std::holds_alternative<crypto::RsaPublicKey>(key);
    const bool fits = signature.form == Form::Cavage
                          ? (rsa ? name == "rsa-sha256" : name == "ed25519")
                          : (rsa ? name == "rsa-v1_5-sha256" : name == "ed25519");
    if (!fits)
        return refused("The signature's algorithm does not fit the key.");
    return {};
}

} // namespace kith::signatures
