// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/account.h"

#include <algorithm>
#include <array>

namespace kith::accounts {

namespace {

// Names that a stranger would take for the server's own voice, or that collide with its addresses.
constexpr std::array k_reserved{"about",  "abuse",  "account", "accounts",  "actor",   "admin",    "administrator",
                                "api",    "auth",   "hostmaster", "inbox",  "info",    "instance", "kith",
                                "mail",   "mod",    "moderator",  "nobody", "noreply", "oauth",    "owner",
                                "postmaster", "root", "security", "staff",  "support", "system",   "tags",
                                "users",  "webmaster"};

} // namespace

std::string actor_path(const std::string& username)
{
    return username == k_instance_actor ? "/actor" : "/users/" + username;
}

std::optional<std::string> local_name_of(const core::Site& site, std::string_view uri)
{
    if (!uri.starts_with(site.base_url))
        return std::nullopt;
    uri.remove_prefix(site.base_url.size());
    if (uri == "/actor")
        return k_instance_actor;
    constexpr std::string_view prefix = "/users/";
    if (!uri.starts_with(prefix))
        return std::nullopt;
    uri.remove_prefix(prefix.size());
    if (uri.empty() || uri.find_first_of("/?#") != std::string_view::npos)
        return std::nullopt;
    return std::string{uri};
}

Result<std::string> check_username(const std::string& name, ReservedNames reserved)
{
    if (name.empty() || name.size() > 30)
        return fail(Errc::invalid, "A name has 1 to 30 characters.");
    std::string lower;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (!(upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return fail(Errc::invalid, "A name has only letters a to z, digits and underscores.");
        lower += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (reserved == ReservedNames::Refuse && std::find(k_reserved.begin(), k_reserved.end(), lower) != k_reserved.end())
        return fail(Errc::invalid, "This name is reserved.");
    return lower;
}

Result<void> check_password(const std::string& password, const std::string& username)
{
    if (password.size() < 8)
        return fail(Errc::invalid, "A password has at least 8 characters.");
    if (password.size() > 256)
        return fail(Errc::invalid, "A password has at most 256 characters.");
    if (password == username)
        return fail(Errc::invalid, "The password must not be the name.");
    return {};
}

api::Account render(const core::Site& site, const Account& account)
{
    api::Account out;
    out.id = account.id.to_string();
    out.username = account.username;
    out.acct = account.acct();
    out.url = account.url;
    out.uri = account.uri;
    out.display_name = account.display_name;
    out.note = account.note_html;
    out.avatar = out.avatar_static = site.uri("/avatar.svg");
    out.header = out.header_static = site.uri("/header.svg");
    out.locked = account.locked;
    out.bot = account.bot;
    out.group = account.type == ActorType::group;
    out.discoverable = account.discoverable;
    out.created_at = account.created_at;
    if (account.last_status_at)
        out.last_status_at = to_iso8601(*account.last_status_at).substr(0, 10);
    out.statuses_count = account.statuses_count;
    out.followers_count = account.followers_count;
    out.following_count = account.following_count;
    out.hide_collections = false;
    if (account.suspended_at)
        out.suspended = true;
    return out;
}

api::Account render_own(Tx& tx, const Account& account)
{
    auto out = render(tx.site(), account);
    constexpr db::Query k_role{"accounts.role", "SELECT role, locale FROM users WHERE account_id = $1"};
    const auto user = tx.query_one(k_role, account.id);
    api::AccountSource source;
    source.discoverable = account.discoverable;
    api::Role role;
    if (user) {
        source.language = user->text(1);
        if (user->as<Role>(0) == Role::admin) {
            role.id = "3";
            role.name = "Admin";
            role.permissions = "1";
            role.highlighted = true;
        } else if (user->as<Role>(0) == Role::moderator) {
            role.id = "1";
            role.name = "Moderator";
            role.highlighted = true;
        }
    }
    out.source = std::move(source);
    out.role = std::move(role);
    return out;
}

} // namespace kith::accounts
