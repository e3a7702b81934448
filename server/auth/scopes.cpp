// SPDX-License-Identifier: Apache-2.0
#include "server/auth/scopes.h"

#include <algorithm>
#include <array>
#include <vector>

namespace kith::auth {

namespace {

constexpr std::array<std::string_view, 14> k_parts{"accounts",  "blocks", "bookmarks", "conversations", "favourites",
                                                   "filters",   "follows", "lists",    "media",         "mutes",
                                                   "notifications", "reports", "search", "statuses"};
constexpr std::array<std::string_view, 8> k_wide{"read",  "write", "follow", "push", "profile", "crypto",
                                                 "admin:read", "admin:write"};

bool known(std::string_view scope)
{
    if (std::find(k_wide.begin(), k_wide.end(), scope) != k_wide.end())
        return true;
    for (const std::string_view prefix : {"read:", "write:"})
        if (scope.starts_with(prefix))
            return std::find(k_parts.begin(), k_parts.end(), scope.substr(prefix.size())) != k_parts.end();
    return scope.starts_with("admin:read:") || scope.starts_with("admin:write:");
}

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" +"), text.size());
        if (end > 0)
            parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

} // namespace

Result<std::string> parse_scopes(std::string_view text)
{
    std::vector<std::string_view> unique;
    for (const auto scope : split(text)) {
        if (!known(scope) || unique.size() > 40)
            return fail(Errc::invalid, "The requested scope is invalid, unknown, or malformed.");
        if (std::find(unique.begin(), unique.end(), scope) == unique.end())
            unique.push_back(scope);
    }
    std::string joined;
    for (const auto scope : unique)
        joined += (joined.empty() ? "" : " ") + std::string{scope};
    return joined.empty() ? std::string{"read"} : joined;
}

bool covers(std::string_view granted, std::string_view scope)
{
    if (scope.empty())
        return true;
    for (const auto have : split(granted)) {
        if (have == scope || (scope.starts_with(have) && scope[have.size()] == ':'))
            return true;
        // The old "follow" stands for what it meant before it was split.
        if (have == "follow" && (scope == "write:follows" || scope == "read:follows" || scope == "write:blocks" ||
                                 scope == "read:blocks" || scope == "write:mutes" || scope == "read:mutes"))
            return true;
    }
    return false;
}

bool covers_all(std::string_view granted, std::string_view wanted)
{
    const auto scopes = split(wanted);
    return std::all_of(scopes.begin(), scopes.end(), [&](std::string_view scope) { return covers(granted, scope); });
}

} // namespace kith::auth
