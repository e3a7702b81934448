// SPDX-License-Identifier: Apache-2.0
#include "server/auth/scopes.h"

#include <algorithm>

namespace kith::auth {

namespace {

constexpr std::size_t k_longest_list = 4000;

/// Mastodon's names, up to 4.6. "crypto" means nothing any more, but is still asked for.
std::vector<std::string> make_known()
{
    std::vector<std::string> names{"read",    "write",  "follow",     "push",
                                   "profile", "crypto", "admin:read", "admin:write"};
    for (const auto* part : {"accounts", "blocks", "bookmarks", "collections", "favourites", "filters",
                             "follows", "lists", "mutes", "notifications", "search", "statuses"})
        names.push_back(std::string{"read:"} + part);
    for (const auto* part :
         {"accounts", "blocks", "bookmarks", "collections", "conversations", "favourites",
          "filters", "follows", "lists", "media", "mutes", "notifications", "reports", "statuses"})
        names.push_back(std::string{"write:"} + part);
    for (const auto* wide : {"admin:read:", "admin:write:"})
        for (const auto* part : {"accounts", "reports", "domain_allows", "domain_blocks",
                                 "ip_blocks", "email_domain_blocks", "canonical_email_blocks"})
            names.push_back(std::string{wide} + part);
    return names;
}

bool known(std::string_view scope)
{
    const auto& names = known_scopes();
    return std::find(names.begin(), names.end(), scope) != names.end();
}

bool covers_one(std::string_view granted, std::string_view scope)
{
    for (const auto have : split_scopes(granted)) {
        if (have == scope || (scope.starts_with(have) && scope[have.size()] == ':'))
            return true;
        // The old "follow" stands for what it meant before it was split.
        if (have == "follow" && (scope == "write:follows" || scope == "read:follows" || scope == "write:blocks" ||
                                 scope == "read:blocks" || scope == "write:mutes" || scope == "read:mutes"))
            return true;
    }
    return false;
}

} // namespace

const std::vector<std::string>& known_scopes()
{
    static const auto names = make_known();
    return names;
}

std::vector<std::string_view> split_scopes(std::string_view text)
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

Result<std::string> parse_scopes(std::string_view text)
{
    std::vector<std::string_view> unique;
    for (const auto scope : split_scopes(text)) {
        if (!known(scope) || text.size() > k_longest_list)
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
    const auto enough = split_scopes(scope);
    return enough.empty() || std::any_of(enough.begin(), enough.end(), [&](std::string_view one) {
               return covers_one(granted, one);
           });
}

bool covers_all(std::string_view granted, std::string_view wanted)
{
    const auto scopes = split_scopes(wanted);
    return std::all_of(scopes.begin(), scopes.end(),
                       [&](std::string_view scope) { return covers_one(granted, scope); });
}

} // namespace kith::auth
