// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <string_view>

namespace kith::addressing {

/// A host as it is compared: lower case, labels in other scripts as A-labels (RFC 3492). Names only lower-case ASCII is
/// folded in, so a name that IDNA would map first does not become equal to what it looks like: it stays foreign.
/// `invalid` when it is empty, longer than 253 bytes, ends in a dot, has an empty or too long label, a character that
/// no host has, or bytes that are not UTF-8. IPv6 literals stay in their brackets.
Result<std::string> host_to_ascii(std::string_view host);

} // namespace kith::addressing
