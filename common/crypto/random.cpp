// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"

#include <sodium.h>

namespace kith::crypto {

Result<void> init()
{
    if (sodium_init() < 0)
        return fail(Errc::internal, "Encryption is not available on this machine.", "sodium_init failed");
    return {};
}

Bytes random_bytes(std::size_t count)
{
    Bytes bytes(count);
    if (count > 0) // libsodium takes no null pointer
        randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string random_token(std::size_t bytes)
{
    return to_base64url(random_bytes(bytes));
}

std::uint32_t random_below(std::uint32_t bound)
{
    return randombytes_uniform(bound);
}

} // namespace kith::crypto
