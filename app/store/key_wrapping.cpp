// SPDX-License-Identifier: Apache-2.0
#include "app/store/key_wrapping.h"

#include "app/base/strings.h"
#include "common/base/json.h"
#include "common/crypto/password.h"
#include "common/crypto/random.h"
#include "common/crypto/seal.h"

namespace kith::store {

namespace {

constexpr std::string_view k_purpose = "kith profile key";

std::string text_of(crypto::ByteView bytes)
{
    return crypto::to_base64(bytes);
}

} // namespace

Result<std::string> wrap_key(const crypto::Secret& key, std::string_view passphrase)
{
    if (app::to_q(passphrase).size() < k_min_passphrase_characters)
        return fail(Errc::invalid, "Take a passphrase of at least 8 characters.");
    const crypto::Argon2Params cost{.operations = 3, .memory_bytes = 64 << 20};
    const auto salt = crypto::random_bytes(crypto::k_salt_bytes);
    TRY(const auto wrapping, crypto::derive_key(passphrase, salt, crypto::k_key_bytes, cost));
    TRY(const auto sealed, crypto::seal(wrapping, key.view(), k_purpose));
    return to_text(json::object{{"version", 1},
                                {"kdf", "argon2id"},
                                {"operations", cost.operations},
                                {"memory_bytes", cost.memory_bytes},
                                {"salt", text_of(salt)},
                                {"sealed", text_of(sealed)}});
}

Result<crypto::Secret> unwrap_key(std::string_view file, std::string_view passphrase)
{
    const auto damaged = [] { return fail(Errc::malformed, "The file that holds the wrapped key is damaged."); };
    const auto document = parse_json(file, {.max_bytes = k_max_wrapped_bytes, .max_depth = 4});
    if (!document)
        return damaged();
    const auto operations = find_int(*document, "operations").value_or(0);
    const auto memory = find_int(*document, "memory_bytes").value_or(0);
    const auto salt = crypto::from_base64(find_string(*document, "salt").value_or(std::string{}));
    const auto sealed = crypto::from_base64(find_string(*document, "sealed").value_or(std::string{}));
    const bool known =
        find_int(*document, "version") == 1 && find_string(*document, "kdf") == "argon2id";
    // Bounds, so that a planted file cannot eat the machine.
    if (!known || !salt || !sealed || salt->size() != crypto::k_salt_bytes || operations < 1 ||
        operations > 10 || memory < (8 << 20) || memory > (1 << 30))
        return damaged();

    TRY(const auto wrapping, crypto::derive_key(passphrase, *salt, crypto::k_key_bytes,
                                                {.operations = static_cast<unsigned>(operations),
                                                 .memory_bytes = static_cast<std::size_t>(memory)}));
    auto key = crypto::open(wrapping, *sealed, k_purpose);
    if (!key && key.error().code == Errc::forbidden)
        return fail(Errc::forbidden, "That passphrase does not open this profile.");
    if (!key || key->size() != crypto::k_key_bytes)
        return damaged();
    return key;
}

} // namespace kith::store
