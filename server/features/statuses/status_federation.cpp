// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"
#include "common/text/sanitise.h"
#include "common/text/utf8.h"
#include "federation/addressing/audience.h"
#include "federation/vocab/note.h"
#include "federation/vocab/tombstone.h"
#include "server/core/event_bus.h"
#include "server/db/database.h"
#include "server/features/federation/delivery.h"
#include "server/features/federation/inbox.h"
#include "server/features/federation/negotiation.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/features/statuses/status_routes.h"
#include "server/http/router.h"

namespace kith::statuses {

using boost::asio::awaitable;
using federation::Handled;
using federation::Inbound;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t k_most_mentions = 50;
constexpr std::size_t k_most_tags = 50;

// --- out

/// What `to` and `cc` can say of our audiences; nothing when a status stays here.
std::optional<addressing::Audience> wire_audience(const Status& status)
{
    if (status.local_only || !policy(status.kind).federates_as)
        return std::nullopt;
    switch (status.audience) {
    case Audience::public_: return addressing::Audience::Public;
    case Audience::unlisted: return addressing::Audience::Unlisted;
    case Audience::followers: return addressing::Audience::Followers;
    case Audience::direct: return addressing::Audience::Direct;
    case Audience::friends: return addressing::Audience::Direct; // to named friends only, never to a collection
    case Audience::custom:
    case Audience::self: return std::nullopt;
    }
    return std::nullopt;
}

constexpr db::Query k_remote_friends{"statuses.remote_friends", R"sql(
    SELECT a.id FROM follows f JOIN follows b ON b.account_id = f.target_id AND b.target_id = f.account_id AND b.state = 1
    JOIN accounts a ON a.id = f.target_id
    WHERE f.account_id = $1 AND f.state = 1 AND a.domain <> '' ORDER BY a.id)sql"};
constexpr db::Query k_tags{"statuses.federate_tags", "SELECT name, shown FROM status_tags WHERE status_id = $1 ORDER BY name"};

vocab::Note note_of(Tx& tx, const Status& status, const Account& author, addressing::Audience audience)
{
    vocab::Note note;
    note.id = uri_of(tx.site(), status, author);
    note.attributed_to = author.uri;
    note.content = status.html;
    note.language = status.language.value_or("");
    note.summary = status.spoiler_text;
    note.sensitive = status.sensitive;
    note.url = url_of(tx.site(), status, author);
    note.published = status.created_at;
    note.updated = status.edited_at;
    if (!status.source.empty())
        note.source = vocab::Source{status.source, status.source_type};
    if (status.parent_id)
        if (const auto parent = find(tx, *status.parent_id))
            note.in_reply_to = uri_of(tx.site(), *parent, *accounts::find(tx, parent->account_id));
    std::vector<std::string> named;
    const auto ids = mentioned(tx, status.id);
    for (const auto& [id, account] : accounts::find_many(tx, {ids.begin(), ids.end()})) {
        named.push_back(account.uri);
        const auto domain = account.local() ? tx.site().domain : account.domain;
        note.tags.mentions.push_back({account.uri, "@" + account.username + "@" + domain});
    }
    for (const auto& row : tx.query(k_tags, status.id))
        note.tags.hashtags.push_back({"#" + row.text(1), tx.site().uri("/tags/" + row.text(0))});
    const auto addresses = addressing::write_audience(audience, author.followers_uri, named);
    note.to = addresses.to;
    note.cc = addresses.cc;
    return note;
}

std::vector<AccountId> remote_friends(Tx& tx, AccountId author)
{
    std::vector<AccountId> friends;
    for (const auto& row : tx.query(k_remote_friends, author))
        friends.push_back(row.id<AccountId>(0));
    return friends;
}

federation::Recipients recipients_of(const Status& status, const std::vector<AccountId>& mentions,
                                     const std::vector<AccountId>& friends)
{
    federation::Recipients recipients;
    recipients.followers = status.audience == Audience::public_ || status.audience == Audience::unlisted ||
                           status.audience == Audience::followers;
    recipients.accounts = mentions;
    recipients.accounts.insert(recipients.accounts.end(), friends.begin(), friends.end());
    if (status.parent_account_id && recipients.followers)
        recipients.accounts.push_back(*status.parent_account_id); // who is answered hears of it, named or not
    return recipients;
}

/// For friends the document names them, one host's at a time: nobody learns who else may read it.
void deliver_to_friends(Tx& tx, const Status& status, const Account& author, const std::vector<AccountId>& friends,
                        const std::function<json::object(const std::vector<std::string>&)>& document)
{
    std::map<std::string, std::pair<std::vector<AccountId>, std::vector<std::string>>> by_host;
    for (const auto& [id, account] : accounts::find_many(tx, {friends.begin(), friends.end()})) {
        if (account.local())
            continue;
        by_host[account.domain].first.push_back(id);
        by_host[account.domain].second.push_back(account.uri);
    }
    for (const auto& [host, group] : by_host) {
        const auto& names = group.second;
        federation::deliver(tx, author.id, [&] { return document(names); }, recipients_of(status, {}, group.first));
    }
}

Result<void> send_create(Tx& tx, const StatusCreated& event)
{
    const auto audience = wire_audience(event.status);
    if (!event.author.local() || !audience)
        return {};
    const auto make_note = [&] { return note_of(tx, event.status, event.author, *audience); };
    const auto make_create = [](const vocab::Note& note) {
        return vocab::write_activity(vocab::make_create(note.id + "/activity", note));
    };
    if (event.status.audience == Audience::friends) {
        // Who is a friend now may read it, and hears of its deletion, also when no friend any more.
        auto readers = remote_friends(tx, event.author.id);
        admit(tx, event.status.id, readers);
        readers.insert(readers.end(), event.mentions.begin(), event.mentions.end());
        auto note = make_note();
        note.cc.clear();
        deliver_to_friends(tx, event.status, event.author, readers, [&](const std::vector<std::string>& to) {
            note.to = to;
            return make_create(note);
        });
        return {};
    }
    federation::deliver(tx, event.author.id, [&] { return make_create(make_note()); },
                        recipients_of(event.status, event.mentions, {}));
    return {};
}

Result<void> send_delete(Tx& tx, const StatusDeleted& event)
{
    const auto audience = wire_audience(event.status);
    if (!event.author.local() || !audience)
        return {};
    const auto document = [&](std::vector<std::string> to, std::vector<std::string> cc) {
        return vocab::write_activity(vocab::make_delete(event.uri + "#delete", event.author.uri, event.uri, std::move(to), std::move(cc)));
    };
    if (event.status.audience == Audience::friends) {
        deliver_to_friends(tx, event.status, event.author, event.admitted,
                           [&](const std::vector<std::string>& to) { return document(to, {}); });
        return {};
    }
    const auto to_all = [&] {
        const auto note = note_of(tx, event.status, event.author, *audience);
        return document(note.to, note.cc);
    };
    federation::deliver(tx, event.author.id, to_all, recipients_of(event.status, event.admitted, {}));
    return {};
}

// --- in

constexpr db::Query k_has_local_followers{"statuses.has_local_followers", R"sql(
    SELECT 1 FROM follows f JOIN accounts a ON a.id = f.account_id
    WHERE f.target_id = $1 AND f.state = 1 AND a.domain = '' LIMIT 1)sql"};

/// Whether anybody here has to do with it: a follower, somebody named, or the author of what it answers. Everything else
/// is what strangers' servers push to whom nobody asked.
bool concerns_us(Tx& tx, const Account& author, const vocab::Note& note, const std::vector<AccountId>& mentions,
                 const std::vector<AccountId>& addressed)
{
    if (!addressed.empty() || tx.query_one(k_has_local_followers, author.id))
        return true;
    for (const auto& [id, account] : accounts::find_many(tx, {mentions.begin(), mentions.end()}))
        if (account.local())
            return true;
    if (note.in_reply_to.empty())
        return false;
    const auto parent = find_by_uri(tx, note.in_reply_to);
    return parent && parent->local;
}

/// Those of the named whom we know; strangers are not looked up for a post.
std::vector<AccountId> known_mentions(Tx& tx, const vocab::Note& note)
{
    std::set<AccountId> found;
    for (const auto& mention : note.tags.mentions)
        if (found.size() < k_most_mentions)
            if (const auto account = accounts::find_by_uri(tx, mention.href))
                found.insert(account->id);
    return {found.begin(), found.end()};
}

/// People of ours whom it is addressed to without naming them.
std::vector<AccountId> silently_addressed(Tx& tx, const vocab::Note& note, const std::vector<AccountId>& mentions)
{
    std::set<AccountId> found;
    for (const auto* list : {&note.to, &note.cc})
        for (const auto& address : *list)
            if (accounts::local_name_of(tx.site(), address))
                if (const auto account = accounts::find_by_uri(tx, address))
                    found.insert(account->id);
    for (const auto id : mentions)
        found.erase(id);
    return {found.begin(), found.end()};
}

Audience from_wire(addressing::Audience audience)
{
    switch (audience) {
    case addressing::Audience::Public: return Audience::public_;
    case addressing::Audience::Unlisted: return Audience::unlisted;
    case addressing::Audience::Followers: return Audience::followers;
    case addressing::Audience::Direct: return Audience::direct;
    }
    return Audience::direct;
}

RemoteStatus from_note(Tx& tx, const Account& author, const vocab::Note& note, std::vector<AccountId> mentions)
{
    RemoteStatus status;
    status.uri = note.id;
    status.url = note.url;
    // A title has no place in a microblog's post, so it goes first, as other servers show it.
    const auto title = note.name.empty() ? std::string{} : "<p><strong>" + text::escape_html(text::clean_line(note.name, 500)) + "</strong></p>";
    status.html = title + text::sanitise_html(note.content);
    status.spoiler_text = text::clean_line(text::plain_text(note.summary), 500);
    status.audience = from_wire(addressing::read_audience(note.to, note.cc, author.followers_uri));
    status.sensitive = note.sensitive;
    if (!note.language.empty() && note.language.size() <= 12)
        status.language = note.language;
    status.parent_uri = note.in_reply_to;
    status.mentions = std::move(mentions);
    for (const auto& tag : note.tags.hashtags)
        if (status.tags.size() < k_most_tags && tag.name.size() > 1 && tag.name.size() < 200)
            status.tags.emplace_back(text::fold(tag.name.substr(1)), tag.name.substr(1));
    status.published = note.published.value_or(tx.now());
    return status;
}

Result<Handled> on_create(Tx& tx, const Inbound& inbound)
{
    TRY_VOID(federation::require_owner(inbound));
    if (inbound.activity.embedded.is_null())
        return fail(Errc::invalid, "The activity does not hold its object.");
    const auto note = vocab::read_note(inbound.activity.embedded);
    if (!note)
        return Handled::No; // something else is created; not this feature's affair
    if (note->attributed_to != inbound.actor.uri)
        return fail(Errc::forbidden, "The post is not its sender's.", note->id + " is of " + note->attributed_to);
    auto mentions = known_mentions(tx, *note);
    auto addressed = silently_addressed(tx, *note, mentions);
    if (!concerns_us(tx, inbound.actor, *note, mentions, addressed))
        return Handled::Yes;
    auto status = from_note(tx, inbound.actor, *note, std::move(mentions));
    status.addressed = std::move(addressed);
    const auto stored = create_remote(tx, inbound.actor, status);
    if (!stored && stored.error().code == Errc::gone)
        return Handled::Yes; // deleted before it came: stays dead
    if (!stored)
        return stored.error();
    return Handled::Yes;
}

Result<Handled> on_delete(Tx& tx, const Inbound& inbound)
{
    const auto& uri = inbound.activity.object;
    const auto status = find_by_uri(tx, uri);
    if (!status) {
        TRY_VOID(federation::require_owner(inbound));
        if (uri != inbound.actor.uri)
            bury_unseen(tx, uri);
        return Handled::No; // it may be something else that is deleted
    }
    const auto author = accounts::find(tx, status->account_id);
    TRY_VOID(federation::require_owner(inbound, author->uri));
    if (status->local)
        return fail(Errc::forbidden, "Another server cannot delete a post of ours.");
    TRY_VOID(remove(tx, *author, *status));
    return Handled::Yes;
}

/// What peers may read without being asked who they are: public and unlisted posts. The rest is 404, and a deleted one
/// 410 with its tombstone.
awaitable<Result<Response>> show_object(features::Server& server, Request& request)
{
    CO_TRY(const auto id, StatusId::parse(request.param("id")));
    const auto& name = request.param("name");
    std::optional<Response> answer;
    auto work = [&](Tx& tx) -> Result<void> {
        const auto uri = tx.site().uri(accounts::actor_path(name) + "/statuses/" + id.to_string());
        if (is_buried(tx, uri)) {
            answer = federation::activity_response(410, vocab::write_tombstone({uri, {}, {}}));
            return {};
        }
        TRY(const auto status, find_visible(tx, Viewer{}, id));
        const auto author = accounts::find(tx, status.account_id);
        const auto audience = wire_audience(status);
        if (!status.local || !audience || uri_of(tx.site(), status, *author) != uri)
            return fail(Errc::not_found, "Record not found");
        if (!federation::wants_activity(request)) {
            answer = http::redirect_response(302, url_of(tx.site(), status, *author));
            answer->headers.set("Vary", "Accept");
        } else {
            answer = federation::activity_response(200, vocab::write_note(note_of(tx, status, *author, *audience)));
        }
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return std::move(*answer);
}

} // namespace

void register_status_federation(features::Server& server)
{
    server.events.subscribe<StatusCreated>(send_create);
    server.events.subscribe<StatusDeleted>(send_delete);
    server.inbox.on(vocab::ActivityKind::Create, on_create);
    server.inbox.on(vocab::ActivityKind::Delete, on_delete);
    server.router.add(http::Method::get, "/users/:name/statuses/:id", http::Access::anyone(),
                      [&](Request& request) { return show_object(server, request); });
}

} // namespace kith::statuses
