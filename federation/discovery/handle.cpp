// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/handle.h"

#include "federation/addressing/origin.h"

#include <algorithm>

namespace kith::discovery {

namespace {

constexpr std::size_t k_max_name = 128;
constexpr std::size_t k_max_text = 512;

bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

Error not_a_handle()
{
    return fail(Errc::invalid, "This is not a handle of the form @name@domain.");
}

} // namespace

std::string Handle::to_string() const
{
    return name + "@" + domain;
}

std::string Handle::acct() const
{
    return "acct:" + to_string();
}

bool same_handle(const Handle& a, const Handle& b)
{
    return a.domain == b.domain && std::equal(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

Result<Handle> parse_handle(std::string_view text)
{
    if (text.size() > k_max_text)
        return not_a_handle();
    if (text.size() > 5 && std::equal(text.begin(), text.begin() + 5,
                                      "acct:", [](char x, char y) { return lower(x) == y; }))
        text.remove_prefix(5);
    if (text.starts_with('@'))
        text.remove_prefix(1);
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > k_max_name)
        return not_a_handle();
    const auto name = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    if (!std::all_of(name.begin(), name.end(), is_name_character) ||
        domain.find_first_of("/?#@\\") != std::string_view::npos)
        return not_a_handle();
    const auto origin = addressing::origin_of("https://" + std::string{domain});
    if (!origin)
        return not_a_handle();
    return Handle{std::string{name}, origin->authority()};
}

} // namespace kith::discovery
