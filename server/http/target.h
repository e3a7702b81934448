// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

namespace kith::http {

/// Fills target, path and query of `request` from the request line's target: origin form, absolute form (whose host
/// then replaces the Host field, RFC 9112, 3.2.2) or "*". `malformed` for a broken escape, NUL or control characters,
/// text that is not UTF-8, a backslash, and any segment "." or "..", encoded or not.
Result<void> set_target(Request& request, std::string_view target);

} // namespace kith::http
