// SPDX-License-Identifier: Apache-2.0
#include "server/backup/sealed_head.h"

#include "common/crypto/password.h"
#include "common/crypto/random.h"
#include "common/crypto/seal.h"
#include "common/crypto/stream_seal.h"

namespace kith::backup {

namespace {

using crypto::Bytes;
using crypto::ByteView;

constexpr std::string_view k_magic{"kith backup\r\n\x1a\n", 15};
constexpr std::byte k_format{1};
// What a head may ask of us: somebody may have written it to take our memory.
constexpr unsigned k_most_operations = 16;
constexpr std::uint32_t k_most_memory_kib = 1 << 20;

void put(Bytes& out, std::uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::byte>(number >> shift & 0xff));
}

std::uint32_t number_at(ByteView bytes)
{
    std::uint32_t number = 0;
    for (const auto byte : bytes.first(4))
        number = number << 8 | std::to_integer<std::uint32_t>(byte);
    return number;
}

} // namespace

KeyRecipe new_recipe()
{
    return KeyRecipe{3, 64 << 10, crypto::random_bytes(crypto::k_salt_bytes)};
}

Result<crypto::Secret> key_from(const KeyRecipe& recipe, std::string_view passphrase)
{
    crypto::Argon2Params params;
    params.operations = recipe.operations;
    params.memory_bytes = std::size_t{recipe.memory_kib} << 10;
    return crypto::derive_key(passphrase, recipe.salt, crypto::k_key_bytes, params);
}

Bytes encode_head(const KeyRecipe& recipe, ByteView stream_header)
{
    Bytes head = crypto::to_bytes(crypto::as_bytes(k_magic));
    head.push_back(k_format);
    put(head, recipe.operations);
    put(head, recipe.memory_kib);
    head.insert(head.end(), recipe.salt.begin(), recipe.salt.end());
    head.insert(head.end(), stream_header.begin(), stream_header.end());
    return head;
}

Result<Head> decode_head(ByteView head)
{
    if (head.size() != k_head_bytes || crypto::as_text(head.first(k_magic.size())) != k_magic)
        return fail(Errc::malformed, "This file is not a backup of Kith.");
    if (head[k_magic.size()] != k_format)
        return fail(Errc::malformed, "This backup was made by a newer version of Kith.");
    Head out;
    out.recipe.operations = number_at(head.subspan(16));
    out.recipe.memory_kib = number_at(head.subspan(20));
    if (out.recipe.operations > k_most_operations || out.recipe.memory_kib > k_most_memory_kib ||
        out.recipe.operations < 1 || out.recipe.memory_kib < 8)
        return fail(Errc::malformed, "The head of this backup is damaged.");
    out.recipe.salt = crypto::to_bytes(head.subspan(24, crypto::k_salt_bytes));
    out.stream_header = crypto::to_bytes(head.subspan(40, crypto::k_stream_header_bytes));
    return out;
}

} // namespace kith::backup
