// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/time.h"
#include "common/crypto/ed25519.h"
#include "common/crypto/rsa.h"
#include "federation/signatures/message.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// HTTP signatures: draft-cavage-http-signatures-12 as the fediverse uses it, and RFC 9421 in Mastodon's profile.
/// Verifying goes in three steps, since the key has to be looked up between: `parse_signature`, the caller finds the
/// key of `key_id`, `verify`. All errors are `unauthorized` with one sentence for the peer's log.
namespace kith::signatures {

enum class Form { Cavage, Rfc9421 };

/// What the signature headers say. Nothing of it is checked yet but the grammar and the bounds.
struct ParsedSignature {
    Form form = Form::Cavage;
    std::string key_id;
    std::string algorithm; ///< As the peer names it; may be empty. Never chooses how we verify.
    std::vector<std::string> covered; ///< In order, lower case: `(request-target)`, `host`, `@method`, …
    std::optional<std::int64_t> created; ///< Seconds since 1970.
    std::optional<std::int64_t> expires;
    crypto::Bytes signature;
    std::string parameters; ///< RFC 9421: the text of @signature-params, as received.
};

/// Reads the signature of a request: RFC 9421 when there is Signature-Input, else draft-cavage.
/// A header given twice, longer than 8 KiB, or covering more than 32 fields is refused.
Result<ParsedSignature> parse_signature(const Headers& headers);
bool has_signature(const Headers& headers);

using VerificationKey = std::variant<crypto::RsaPublicKey, crypto::Ed25519Public>;
/// From `publicKeyPem`. `unauthorized` when the key is no RSA key of an allowed size.
Result<VerificationKey> key_from_pem(std::string_view pem);
/// From `publicKeyMultibase` (FEP-521a).
Result<VerificationKey> key_from_multibase(std::string_view text);

struct Policy {
    std::string host; ///< Our own, as in a Host header; everything else is refused.
    std::chrono::seconds max_skew{3600};      ///< Of Date, `created`, either way.
    std::chrono::seconds max_life{12 * 3600}; ///< From `created` to `expires`.
    bool key_id_is_address = true;            ///< Off only for test vectors with made-up key ids.
};

struct VerifiedBy {
    std::string key_id;
    Form form = Form::Cavage;    ///< What the peer speaks: remember it for deliveries to its host.
    Timestamp signed_at;         ///< From `created` or Date.
    bool query_unsigned = false; ///< Old peers leave the query of a GET out; taken, never for POST.
};

/// Checks a request against policy, its body's digest, and the key. In short: method, target, host and a date must be
/// covered; the digest, too, for everything but GET and HEAD and whenever there is a body.
Result<VerifiedBy> verify(const Message& message, const ParsedSignature& signature,
                          const VerificationKey& key, Timestamp now, const Policy& policy);

/// The headers to add to a request: Date, Digest or Content-Digest when it has a body, Signature (and
/// Signature-Input). Covers Content-Type or Accept when the message has them.
Result<Headers> sign_request(const Message& message, std::string_view key_id,
                             const crypto::RsaPrivateKey& key, Timestamp now, Form form = Form::Cavage);
Result<Headers> sign_request(const Message& message, std::string_view key_id,
                             const crypto::Ed25519Key& key, Timestamp now, Form form = Form::Cavage);

} // namespace kith::signatures
