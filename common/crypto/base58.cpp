// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/bytes.h"

#include <algorithm>
#include <cstdint>

namespace kith::crypto {

namespace {

constexpr std::string_view k_alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t k_max_bytes = 1024;
constexpr std::size_t k_max_digits = k_max_bytes * 138 / 100 + 1; // log(256) / log(58) is 1.3657

/// Turns a number, most significant digit first, from one base into another; without leading zeros.
std::vector<std::uint8_t> convert(const std::vector<std::uint8_t>& digits, unsigned from, unsigned to)
{
    std::vector<std::uint8_t> little; // least significant first
    for (const auto digit : digits) {
        unsigned carry = digit;
        for (auto& place : little) {
            carry += place * from;
            place = static_cast<std::uint8_t>(carry % to);
            carry /= to;
        }
        for (; carry > 0; carry /= to)
            little.push_back(static_cast<std::uint8_t>(carry % to));
    }
    std::reverse(little.begin(), little.end());
    return little;
}

std::size_t leading_zeros(const std::vector<std::uint8_t>& digits)
{
    const auto first = std::find_if(digits.begin(), digits.end(), [](std::uint8_t digit) { return digit != 0; });
    return static_cast<std::size_t>(first - digits.begin());
}

} // namespace

Result<std::string> to_base58btc(ByteView bytes)
{
    if (bytes.size() > k_max_bytes)
        return fail(Errc::too_large, "This is too long for Base58.");
    std::vector<std::uint8_t> digits;
    for (const auto byte : bytes)
        digits.push_back(std::to_integer<std::uint8_t>(byte));
    std::string text = "z" + std::string(leading_zeros(digits), k_alphabet[0]);
    for (const auto digit : convert(digits, 256, 58))
        text += k_alphabet[digit];
    return text;
}

Result<Bytes> from_base58btc(std::string_view text)
{
    if (!text.starts_with('z'))
        return fail(Errc::malformed, "This is not in Base58 with its multibase prefix.");
    text.remove_prefix(1);
    if (text.size() > k_max_digits)
        return fail(Errc::too_large, "This is too long for Base58.");
    std::vector<std::uint8_t> digits;
    for (const char c : text) {
        const auto place = k_alphabet.find(c);
        if (place == std::string_view::npos)
            return fail(Errc::malformed, "This is not in Base58 with its multibase prefix.");
        digits.push_back(static_cast<std::uint8_t>(place));
    }
    Bytes bytes(leading_zeros(digits));
    for (const auto digit : convert(digits, 58, 256))
        bytes.push_back(std::byte{digit});
    if (bytes.size() > k_max_bytes)
        return fail(Errc::too_large, "This is too long for Base58.");
    return bytes;
}

} // namespace kith::crypto
