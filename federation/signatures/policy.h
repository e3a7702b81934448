// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/signatures/signature.h"

namespace kith::signatures {

/// Whether the signature covers what it must, comes in time, is for us, and its digest fits the body; gives the time it
/// was made. The crypto is not looked at.
Result<Timestamp> check_policy(const Message& message, const ParsedSignature& signature,
                               Timestamp now, const Policy& policy);

/// Whether the algorithm that the peer names fits the kind of key. The key decides, the name may only agree.
Result<void> check_algorithm(const ParsedSignature& signature, const VerificationKey& key);

} // namespace kith::signatures
