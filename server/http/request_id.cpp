// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_id.h"

#include <algorithm>
#include <random>

namespace kith::http {

std::string request_id_of(const Headers& headers, bool trusted)
{
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '_' || c == '-';
    };
    const auto sent = headers.find("X-Request-Id");
    if (trusted && sent && headers.count("X-Request-Id") == 1 && !sent->empty() && sent->size() <= 128 && std::all_of(sent->begin(), sent->end(), is_plain))
        return std::string{*sent};
    thread_local std::mt19937_64 random{(std::uint64_t{std::random_device{}()} << 32) |
                                        std::random_device{}()};
    auto number = random();
    std::string id(16, '0');
    for (auto& digit : id) {
        digit = "0123456789abcdef"[number & 15];
        number >>= 4;
    }
    return id;
}

} // namespace kith::http
