// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "common/crypto/secret.h"

#include <string>
#include <string_view>

namespace kith::store {

/// A passphrase must be hard to guess: the store can be carried away.
constexpr int k_min_passphrase_characters = 8;
/// More than the file with a wrapped key ever has.
constexpr std::size_t k_max_wrapped_bytes = 4096;

/// The store's raw key sealed with a key that Argon2id makes of a passphrase, as the text of `profile.key` or
/// `profile.recovery`. Slow by design. `invalid` for a passphrase that is too short.
Result<std::string> wrap_key(const crypto::Secret& key, std::string_view passphrase);
/// `forbidden` for a wrong passphrase, `malformed` for a file that is none of ours. Slow by design.
Result<crypto::Secret> unwrap_key(std::string_view file, std::string_view passphrase);

} // namespace kith::store
