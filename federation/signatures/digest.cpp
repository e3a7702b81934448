// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/digest.h"

#include <algorithm>

namespace kith::signatures {

namespace {

constexpr std::size_t k_max_header = 1024;
constexpr std::size_t k_max_digests = 8;

std::string_view trim(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The SHA-256 values of `name=value, name=value`. A comma is in none of the values.
std::vector<std::string_view> sha256_values(std::string_view header)
{
    std::vector<std::string_view> values;
    std::size_t begin = 0;
    for (std::size_t count = 0; begin <= header.size() && count < k_max_digests; ++count) {
        const auto end = std::min(header.find(',', begin), header.size());
        const auto item = trim(header.substr(begin, end - begin));
        const auto equals = item.find('=');
        if (equals != std::string_view::npos && lower_case(item.substr(0, equals)) == "sha-256")
            values.push_back(item.substr(equals + 1));
        begin = end + 1;
    }
    return values;
}

Result<void> compare(const std::vector<std::string_view>& values, const std::string& expected)
{
    if (values.empty())
        return fail(Errc::unauthorized, "The digest of the body is not made with SHA-256.");
    if (!std::all_of(values.begin(), values.end(), [&](auto value) { return value == expected; }))
        return fail(Errc::unauthorized, "The digest does not match the body.");
    return {};
}

Error too_long()
{
    return fail(Errc::unauthorized, "The digest header is too long.");
}

} // namespace

std::string digest_header(std::string_view body_digest)
{
    return "SHA-256=" + std::string{body_digest};
}

std::string content_digest_header(std::string_view body_digest)
{
    return "sha-256=:" + std::string{body_digest} + ":";
}

Result<void> check_digest(std::string_view header, std::string_view body_digest)
{
    if (header.size() > k_max_header)
        return too_long();
    return compare(sha256_values(header), std::string{body_digest});
}

Result<void> check_content_digest(std::string_view header, std::string_view body_digest)
{
    if (header.size() > k_max_header)
        return too_long();
    return compare(sha256_values(header), ":" + std::string{body_digest} + ":");
}

} // namespace kith::signatures
