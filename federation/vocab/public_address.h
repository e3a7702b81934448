// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kith::vocab {

/// The collection of everybody, as we write it.
inline constexpr std::string_view k_public_address = "https://www.w3.org/ns/activitystreams#Public";

/// Whether an address names everybody. ActivityPub 5.6 asks to read three spellings: the full address, `as:Public`
/// and `Public`.
bool is_public(std::string_view address);

} // namespace kith::vocab
