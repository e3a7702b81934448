// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/signatures/signature.h"

namespace kith::signatures {

/// The values of Signature-Input and Signature (RFC 9421, 4). Of several signatures the first with a key id and a
/// matching member in both headers is taken.
Result<ParsedSignature> parse_rfc9421(std::string_view signature_input, std::string_view signature);

/// RFC 9421, 2.5. Components with parameters are not known here, nor are those of responses.
Result<std::string> signature_base(const Message& message, const ParsedSignature& signature);

} // namespace kith::signatures
