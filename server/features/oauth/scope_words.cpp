// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/scope_words.h"

#include "server/auth/scopes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace kith::oauth {

namespace {

using Line = std::pair<std::string_view, std::string_view>;

constexpr std::array k_whole{
    Line{"read", "Read everything that you can read here"},
    Line{"write", "Post, follow, and change things in your name"},
    Line{"follow", "See and change whom you follow, mute and block"},
    Line{"push", "Get your notifications as they come"},
    Line{"profile", "See your name and your picture"},
    Line{"admin:read", "Read everything that moderators of this server can read"},
    Line{"admin:write", "Moderate this server in your name"},
};
constexpr std::array k_parts{
    Line{"accounts", "profiles and settings"},
    Line{"blocks", "whom you block"},
    Line{"bookmarks", "bookmarks"},
    Line{"collections", "collections"},
    Line{"conversations", "conversations"},
    Line{"favourites", "favourites"},
    Line{"filters", "filters"},
    Line{"follows", "whom you follow"},
    Line{"lists", "lists"},
    Line{"media", "pictures, sound and video"},
    Line{"mutes", "whom you mute"},
    Line{"notifications", "notifications"},
    Line{"reports", "reports to moderators"},
    Line{"search", "search results"},
    Line{"statuses", "posts"},
};

template <class Lines>
std::string_view find(const Lines& lines, std::string_view name)
{
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.first == name; });
    return found == lines.end() ? std::string_view{} : found->second;
}

/// "See: posts, lists" for the parts of "read:" among the scopes; "" for none.
std::string parts_of(const std::string& scopes, std::string_view prefix, const std::string& verb)
{
    std::string line;
    for (const auto scope : auth::split_scopes(scopes))
        if (scope.starts_with(prefix))
            line += (line.empty() ? verb + ": " : ", ") +
                    std::string{find(k_parts, scope.substr(prefix.size()))};
    return line;
}

} // namespace

std::vector<std::string> scope_words(const std::string& scopes)
{
    std::vector<std::string> lines;
    for (const auto scope : auth::split_scopes(scopes))
        if (const auto words = find(k_whole, scope); !words.empty())
            lines.emplace_back(words);
    for (auto line : {parts_of(scopes, "read:", "See"), parts_of(scopes, "write:", "Add and change")})
        if (!line.empty())
            lines.push_back(std::move(line));
    for (const auto scope : auth::split_scopes(scopes))
        if (scope.starts_with("admin:") && find(k_whole, scope).empty()) {
            auto part = std::string{scope.substr(scope.rfind(':') + 1)};
            std::replace(part.begin(), part.end(), '_', ' ');
            lines.push_back((scope.starts_with("admin:read") ? "See, as a moderator: " : "Change, as a moderator: ") +
                            part);
        }
    return lines;
}

} // namespace kith::oauth
