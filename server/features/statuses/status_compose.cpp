// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_compose.h"

#include "common/text/fold.h"
#include "common/text/post.h"
#include "common/text/sanitise.h"
#include "common/text/utf8.h"
#include "federation/discovery/handle.h"
#include "server/core/cpu_pool.h"
#include "server/db/database.h"
#include "server/features/federation/peers.h"

#include <algorithm>

namespace kith::statuses {

using boost::asio::awaitable;
using features::Server;

namespace {

/// Strangers' servers that one post may make us ask; the other mentions stay text.
constexpr std::size_t k_most_lookups = 5;
/// Bytes of plain text that are rendered where the request is read.
constexpr std::size_t k_rendered_here = 4096;

bool is_true(const std::optional<std::string>& value)
{
    return value && (*value == "true" || *value == "1");
}

std::string key_of(const text::Mention& mention)
{
    return text::fold(mention.username) + "@" + mention.domain;
}

/// The accounts that the text names, by key_of.
awaitable<Result<std::map<std::string, Account>>> resolve(Server& server, std::vector<text::Mention> mentions)
{
    std::map<std::string, Account> found;
    if (mentions.empty())
        co_return found;
    auto look = [&](Tx& tx) -> Result<void> {
        found.clear();
        for (const auto& mention : mentions)
            if (auto account = accounts::find_by_handle(tx, mention.username, mention.domain);
                account && !account->suspended_at && account->username != accounts::k_instance_actor)
                found.emplace(key_of(mention), std::move(*account));
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(look));
    std::size_t asked = 0;
    for (const auto& mention : mentions) {
        if (mention.domain.empty() || found.contains(key_of(mention)) || asked >= k_most_lookups ||
            !server.config.federation.enabled)
            continue;
        const auto handle = discovery::parse_handle(mention.username + "@" + mention.domain);
        if (!handle)
            continue;
        ++asked;
        auto account = co_await server.peers.resolve(*handle);
        if (account)
            found.emplace(key_of(mention), std::move(*account));
    }
    co_return found;
}

/// ISO 639: what a client may say the language is.
bool is_language(const std::string& tag)
{
    if (tag.size() < 2 || tag.size() > 12)
        return false;
    return std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || (c >= '0' && c <= '9');
    });
}

} // namespace

awaitable<Result<Draft>> compose(Server& server, const http::Params& params)
{
    Draft draft;
    draft.source = params.find("status").value_or("");
    draft.spoiler_text = text::clean_line(params.find("spoiler_text").value_or(""), 500);
    if (!params.all("media_ids").empty())
        co_return fail(Errc::invalid, "Validation failed: This server does not take media yet.");
    if (!params.all("poll[options]").empty())
        co_return fail(Errc::invalid, "Validation failed: This server does not take polls yet.");
    if (params.find("scheduled_at"))
        co_return fail(Errc::invalid, "Validation failed: This server does not schedule posts yet.");
    if (!text::is_valid_utf8(draft.source))
        co_return fail(Errc::invalid, "Validation failed: Text is not UTF-8.");
    if (text::plain_text(text::escape_html(draft.source)).find_first_not_of(" \t\r\n") == std::string::npos)
        co_return fail(Errc::invalid, "Validation failed: Text can't be blank");
    const auto limit = static_cast<std::size_t>(server.config.limits.status_characters);
    if (text::counted_length(draft.source) + text::count_graphemes(draft.spoiler_text) > limit)
        co_return fail(Errc::invalid,
                       "Validation failed: Text character limit of " + std::to_string(limit) + " exceeded");

    auto audience = params.find("kith_audience");
    if (!audience)
        audience = params.find("visibility");
    CO_TRY(draft.audience, parse_audience(audience.value_or("public")));
    if (draft.audience == Audience::custom)
        co_return fail(Errc::invalid, "Validation failed: A custom audience needs a list of people, which this server does not take yet.");
    draft.sensitive = is_true(params.find("sensitive"));
    if (const auto language = params.find("language"); language && !language->empty()) {
        if (!is_language(*language))
            co_return fail(Errc::invalid, "Validation failed: Language is not a language code.");
        draft.language = *language;
    }
    if (const auto parent = params.find("in_reply_to_id"); parent && !parent->empty()) {
        auto id = StatusId::parse(*parent);
        if (!id)
            co_return fail(Errc::not_found, "Record not found");
        draft.parent_id = *id;
    }
    auto type = text::SourceType::plain;
    if (const auto content_type = params.find("content_type"); content_type && !content_type->empty()) {
        if (*content_type == "text/markdown")
            type = text::SourceType::markdown;
        else if (*content_type != "text/plain")
            co_return fail(Errc::invalid, "Validation failed: The content type is text/plain or text/markdown.");
        draft.source_type = *content_type;
    }

    auto named = text::extract_mentions(draft.source, type);
    CO_TRY(const auto people, co_await resolve(server, std::move(named)));
    text::Resolver resolver;
    resolver.mention = [&](const text::Mention& mention) -> std::optional<text::ResolvedMention> {
        const auto found = people.find(key_of(mention));
        if (found == people.end())
            return std::nullopt;
        return text::ResolvedMention{found->second.url, found->second.username};
    };
    resolver.hashtag_url = [&](const text::Hashtag& tag) { return server.site.uri("/tags/" + tag.folded); };
    // Markdown can take milliseconds, and hostile Markdown longer; a few plain lines take less than the way to the pool.
    auto render = [&] { return text::render_post(draft.source, type, resolver); };
    std::optional<text::Rendered> rendered;
    if (type == text::SourceType::plain && draft.source.size() <= k_rendered_here) {
        CO_TRY(rendered, render());
    } else {
        CO_TRY(rendered, co_await server.cpu.run(render));
    }
    draft.html = std::move(rendered->html);
    for (const auto& mention : rendered->mentions)
        draft.mentions.push_back(people.at(key_of(mention)).id);
    for (const auto& tag : rendered->hashtags)
        draft.tags.emplace_back(tag.folded, tag.name);
    co_return draft;
}

} // namespace kith::statuses
