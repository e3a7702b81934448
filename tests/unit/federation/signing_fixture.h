// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/signatures/signature.h"

namespace kith::signatures::test {

inline constexpr std::string_view k_key_id = "https://a.example/u/alice#main-key";
inline constexpr std::string_view k_body = R"({"type":"Follow"})";
inline const Timestamp k_now = from_ms(1703066400000);

/// One key for the whole run: making one takes a moment.
inline const crypto::RsaPrivateKey& rsa_key()
{
    static const auto key = crypto::RsaPrivateKey::generate();
    return key.value();
}
inline VerificationKey rsa_public()
{
    return rsa_key().public_key();
}

inline Message a_delivery()
{
    auto message = *outgoing_message("POST", "https://b.example/inbox?x=1", digest_of(k_body));
    message.headers.emplace_back("Content-Type", "application/activity+json");
    return message;
}

inline Policy a_policy()
{
    Policy policy;
    policy.host = "b.example";
    return policy;
}

/// The message with the signature's headers added, as it comes in at the peer.
inline Message signed_with(Message message, const Result<Headers>& added)
{
    message.headers.insert(message.headers.end(), added->begin(), added->end());
    return message;
}

inline Result<VerifiedBy> receive(const Message& message, const VerificationKey& key,
                                  Timestamp now = k_now, const Policy& policy = a_policy())
{
    TRY(const auto parsed, parse_signature(message.headers));
    return verify(message, parsed, key, now, policy);
}

inline void set_field(Message& message, std::string_view name, std::string value)
{
    for (auto& [key, old] : message.headers) {
        if (lower_case(key) == lower_case(name))
            old = value;
    }
}

} // namespace kith::signatures::test
