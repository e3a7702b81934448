// SPDX-License-Identifier: Apache-2.0
#include "server/http/client_key.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace kith::http {

std::string client_key(std::string_view address)
{
    if (address.find(':') == address.npos || address.size() >= INET6_ADDRSTRLEN)
        return std::string{address.substr(0, INET6_ADDRSTRLEN)};
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    std::copy(address.begin(), address.end(), text.begin());
    if (::inet_pton(AF_INET6, text.data(), bytes.data()) != 1)
        return std::string{address};
    static constexpr std::array<unsigned char, 12> k_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(k_mapped.begin(), k_mapped.end(), bytes.begin())) {
        ::inet_ntop(AF_INET, bytes.data() + k_mapped.size(), text.data(), text.size());
        return text.data();
    }
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return std::string{text.data()} + "/64";
}

} // namespace kith::http
