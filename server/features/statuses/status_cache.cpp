// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_cache.h"

#include "server/db/notices.h"
#include "server/features/statuses/status_queries.h"

#include <map>
#include <set>

namespace kith::statuses {

namespace {

constexpr const char* k_topic = "status";

using Rendered = std::shared_ptr<const RenderedStatus>;
using Card = std::shared_ptr<const std::string>;

/// One status and its author, found.
struct Piece {
    Rendered status;
    Card card;
};

Rendered rendered(const api::Status& status, AccountId author)
{
    auto object = api::to_json(status);
    object.erase("account");
    auto text = to_text(object);
    text.pop_back();
    return std::make_shared<const RenderedStatus>(RenderedStatus{author, std::move(text)});
}

void append_flag(std::string& out, const char* name, std::optional<bool> value)
{
    if (!value)
        return;
    out += ",\"";
    out += name;
    out += *value ? "\":true" : "\":false";
}

void append(std::string& out, Viewer viewer, const Piece& piece)
{
    out += piece.status->open;
    out += ",\"account\":";
    out += *piece.card;
    const auto state = state_for(viewer, piece.status->author);
    append_flag(out, "favourited", state.favourited);
    append_flag(out, "reblogged", state.reblogged);
    append_flag(out, "muted", state.muted);
    append_flag(out, "bookmarked", state.bookmarked);
    append_flag(out, "pinned", state.pinned);
    out += '}';
}

std::string join(Viewer viewer, const std::vector<Piece>& pieces)
{
    constexpr std::size_t viewer_part = 128;
    std::size_t size = 2;
    for (const auto& piece : pieces)
        size += piece.status->open.size() + piece.card->size() + viewer_part;
    std::string out;
    out.reserve(size);
    out += '[';
    for (const auto& piece : pieces) {
        if (out.size() > 1)
            out += ',';
        append(out, viewer, piece);
    }
    out += ']';
    return out;
}

} // namespace

void changed(Tx& tx, StatusId id)
{
    tx.notify(k_topic, id.to_string());
}

void all_changed(Tx& tx)
{
    tx.notify(k_topic, "all");
}

void StatusCache::watch(db::Notices& notices)
{
    notices.subscribe(k_topic, [this](const std::string& payload) {
        const auto id = StatusId::parse(payload);
        if (id)
            m_statuses.evict(*id);
        else
            m_statuses.clear();
    });
    notices.on_gap([this] { m_statuses.clear(); });
    accounts::watch(notices, m_cards);
}

std::optional<std::string> StatusCache::write(Viewer viewer, std::span<const StatusId> ids)
{
    std::vector<Piece> pieces;
    pieces.reserve(ids.size());
    for (const auto id : ids) {
        Piece piece;
        piece.status = m_statuses.find(id);
        if (!piece.status)
            return std::nullopt;
        piece.card = m_cards.find(piece.status->author);
        if (!piece.card)
            return std::nullopt;
        pieces.push_back(std::move(piece));
    }
    return join(viewer, pieces);
}

std::string StatusCache::write(Tx& tx, Ticket ticket, Viewer viewer, const std::vector<Status>& statuses)
{
    std::vector<Status> missing;
    std::set<AccountId> unknown;
    std::map<StatusId, Rendered> found;
    std::map<AccountId, Card> cards;
    for (const auto& status : statuses) {
        if (auto known = m_statuses.find(status.id))
            found.emplace(status.id, std::move(known));
        else
            missing.push_back(status);
        if (cards.contains(status.account_id))
            continue;
        auto known = m_cards.find(status.account_id);
        if (!known)
            unknown.insert(status.account_id);
        cards.emplace(status.account_id, std::move(known));
    }
    for (const auto& [id, account] : accounts::find_many(tx, unknown))
        cards[id] = accounts::card(tx, m_cards, ticket.card, account);
    for (const auto& status : render(tx, Viewer{}, missing)) {
        const auto id = StatusId::parse(status.id).value();
        const auto author = AccountId::parse(status.account.id).value();
        auto text = rendered(status, author);
        m_statuses.fill(id, text, text->open.size(), ticket.status);
        found.emplace(id, std::move(text));
    }

    std::vector<Piece> pieces;
    for (const auto& status : statuses) {
        const auto text = found.find(status.id);
        const auto& card = cards[status.account_id];
        if (text != found.end() && card)
            pieces.push_back({text->second, card});
    }
    return join(viewer, pieces);
}

} // namespace kith::statuses
