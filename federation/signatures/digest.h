// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/signatures/message.h"

namespace kith::signatures {

/// `SHA-256=…` of the older Digest header (RFC 3230), from `digest_of`.
std::string digest_header(std::string_view body_digest);
/// `sha-256=:…:` of Content-Digest (RFC 9530).
std::string content_digest_header(std::string_view body_digest);

/// Whether the header's value names the SHA-256 of the body. Several algorithms may stand in one value; names in any
/// case; every SHA-256 in it must be right, and there must be one. `unauthorized`, with a sentence, otherwise.
Result<void> check_digest(std::string_view header, std::string_view body_digest);
Result<void> check_content_digest(std::string_view header, std::string_view body_digest);

} // namespace kith::signatures
