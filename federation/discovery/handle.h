// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <string_view>

/// How people and servers find each other: WebFinger (RFC 7033), NodeInfo (FEP-f1d5, FEP-0151), host-meta.
namespace kith::discovery {

/// Who somebody is called: `name@domain`.
struct Handle {
    std::string name;   ///< As the peer writes it: ASCII letters, digits, `_`, `.`, `-`.
    std::string domain; ///< As compared: lower case, A-labels, with a port when it is not 443.

    std::string to_string() const; ///< `name@domain`
    std::string acct() const;      ///< `acct:name@domain`
};

/// Names are compared without regard to case, as most platforms do.
bool same_handle(const Handle& a, const Handle& b);

/// Reads `@name@domain`, `name@domain` or `acct:name@domain`, with a port or not. `invalid` when it is none of these,
/// the name is longer than 128 bytes or has other characters, or the domain is not valid.
Result<Handle> parse_handle(std::string_view text);

} // namespace kith::discovery
