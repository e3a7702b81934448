// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/bytes.h"

#include <sodium.h>

namespace kith::crypto {

namespace {

const unsigned char* data(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string encode_base64(ByteView bytes, int variant)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0'); // counts the final NUL
    sodium_bin2base64(text.data(), text.size(), data(bytes), bytes.size(), variant);
    text.pop_back();
    return text;
}

Result<Bytes> decode_base64(std::string_view text, int variant)
{
    Bytes bytes(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                          nullptr, &length, nullptr, variant) != 0)
        return fail(Errc::malformed, "This is not valid Base64.");
    bytes.resize(length);
    return bytes;
}

} // namespace

std::string to_base64(ByteView bytes)
{
    return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

Result<Bytes> from_base64(std::string_view text)
{
    return decode_base64(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(ByteView bytes)
{
    return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

Result<Bytes> from_base64url(std::string_view text)
{
    return decode_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string to_hex(ByteView bytes)
{
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), data(bytes), bytes.size());
    text.pop_back();
    return text;
}

Result<Bytes> from_hex(std::string_view text)
{
    if (text.empty())
        return Bytes{};
    Bytes bytes(text.size() / 2);
    std::size_t length = 0;
    if (text.size() % 2 != 0 ||
        sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                       &length, nullptr) != 0)
        return fail(Errc::malformed, "This is not valid hexadecimal.");
    return bytes;
}

} // namespace kith::crypto
