// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

#include <cstdint>

namespace kith::backup {

/// What stands in clear text at the beginning of a backup: magic, how the key comes from the passphrase (Argon2id), and
/// the stream's own header.
constexpr std::size_t k_head_bytes = 16 + 4 + 4 + 16 + 24;

struct KeyRecipe {
    unsigned operations = 0;
    std::uint32_t memory_kib = 0;
    crypto::Bytes salt;
};

/// With a fresh salt.
KeyRecipe new_recipe();
Result<crypto::Secret> key_from(const KeyRecipe& recipe, std::string_view passphrase);

crypto::Bytes encode_head(const KeyRecipe& recipe, crypto::ByteView stream_header);

struct Head {
    KeyRecipe recipe;
    crypto::Bytes stream_header;
};
/// `malformed` when this begins no backup, is of a later format, or asks for more memory or time than we give.
Result<Head> decode_head(crypto::ByteView head);

} // namespace kith::backup
