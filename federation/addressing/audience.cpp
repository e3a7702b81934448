// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/audience.h"

#include "federation/vocab/public_address.h"

#include <algorithm>

namespace kith::addressing {

namespace {

bool has_public(const std::vector<std::string>& list)
{
    return std::any_of(list.begin(), list.end(),
                       [](const auto& item) { return vocab::is_public(item); });
}

bool has(const std::vector<std::string>& list, std::string_view address)
{
    return !address.empty() && std::find(list.begin(), list.end(), address) != list.end();
}

void add(std::vector<std::string>& list, std::string_view address)
{
    if (!address.empty() && !has(list, address))
        list.emplace_back(address);
}

} // namespace

Addresses write_audience(Audience audience, std::string_view followers_uri, const std::vector<std::string>& mentioned)
{
    Addresses out;
    switch (audience) {
    case Audience::Public:
        add(out.to, vocab::k_public_address);
        add(out.cc, followers_uri);
        break;
    case Audience::Unlisted:
        add(out.to, followers_uri);
        add(out.cc, vocab::k_public_address);
        break;
    case Audience::Followers: add(out.to, followers_uri); break;
    case Audience::Direct: break;
    }
    for (const auto& actor : mentioned)
        add(audience == Audience::Direct ? out.to : out.cc, actor);
    return out;
}

Audience read_audience(const std::vector<std::string>& to, const std::vector<std::string>& cc,
                       std::string_view followers_uri)
{
    if (has_public(to))
        return Audience::Public;
    if (has_public(cc))
        return Audience::Unlisted;
    return addresses_followers(to, cc, followers_uri) ? Audience::Followers : Audience::Direct;
}

std::vector<std::string> recipients(const std::vector<std::string>& to,
                                    const std::vector<std::string>& cc, std::string_view followers_uri)
{
    std::vector<std::string> out;
    for (const auto* list : {&to, &cc}) {
        for (const auto& address : *list) {
            if (!vocab::is_public(address) && address != followers_uri)
                add(out, address);
        }
    }
    return out;
}

bool addresses_followers(const std::vector<std::string>& to, const std::vector<std::string>& cc,
                         std::string_view followers_uri)
{
    return has(to, followers_uri) || has(cc, followers_uri);
}

Audience narrower(Audience a, Audience b)
{
    return std::max(a, b);
}

} // namespace kith::addressing
