// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/signatures/signature.h"

namespace kith::signatures {

/// The value of the Signature header, draft-cavage-http-signatures-12, 2.1 and 4.1.
Result<ParsedSignature> parse_cavage(std::string_view header);

/// What is signed (2.3). `target` stands for the message's own, so that a peer that forgot the query can be tried.
Result<std::string> signing_string(const Message& message, const ParsedSignature& signature,
                                   std::string_view target);

} // namespace kith::signatures
