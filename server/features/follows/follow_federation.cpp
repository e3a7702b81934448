// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/activity.h"
#include "server/core/event_bus.h"
#include "server/features/federation/delivery.h"
#include "server/features/federation/inbox.h"
#include "server/features/follows/follow.h"
#include "server/features/follows/follow_routes.h"
#include "server/features/support/server.h"

namespace kith::follows {

using federation::Handled;
using federation::Inbound;

namespace {

constexpr db::Query k_by_uri{"follows.by_uri", "SELECT account_id, target_id, state, uri FROM follows WHERE uri = $1"};

void send(Tx& tx, const Account& from, const Account& to, const vocab::Activity& activity)
{
    federation::Recipients recipients;
    recipients.accounts.push_back(to.id);
    federation::deliver(tx, from.id, [&] { return vocab::write_activity(activity); }, recipients);
}

vocab::Activity activity_of(const Follow& follow, const Account& account, const Account& target)
{
    return vocab::make_follow(follow.uri, account.uri, target.uri);
}

/// The follow that an Accept, Reject or Undo is about: by the id of the Follow, or by who follows whom in it.
std::optional<Follow> find_meant(Tx& tx, const vocab::Activity& activity)
{
    if (!activity.object.empty())
        if (const auto row = tx.query_one(k_by_uri, activity.object))
            return find(tx, row->id<AccountId>(0), row->id<AccountId>(1));
    const auto inner = vocab::inner_activity(activity);
    if (!inner || vocab::kind_of(*inner) != vocab::ActivityKind::Follow)
        return std::nullopt;
    const auto account = accounts::find_by_uri(tx, inner->actor);
    const auto target = accounts::find_by_uri(tx, inner->object);
    if (!account || !target)
        return std::nullopt;
    return find(tx, account->id, target->id);
}

Result<Handled> on_follow(Tx& tx, const Inbound& inbound)
{
    TRY_VOID(federation::require_owner(inbound));
    const auto target = accounts::find_by_uri(tx, inbound.activity.object);
    if (!target || !target->local())
        return fail(Errc::not_found, "The account to follow is not here.");
    TRY(const auto made, receive(tx, inbound.actor, *target, inbound.activity.id));
    if (made.state == State::accepted) {
        // Also for a Follow that we had: the peer asks again when our first answer was lost.
        const auto asked = vocab::make_follow(inbound.activity.id, inbound.actor.uri, target->uri);
        send(tx, *target, inbound.actor, vocab::make_accept(federation::new_activity_uri(tx, *target), target->uri, asked));
    }
    return Handled::Yes;
}

Result<Handled> on_answer(Tx& tx, const Inbound& inbound)
{
    const auto meant = find_meant(tx, inbound.activity);
    if (!meant)
        return Handled::No;
    const auto account = accounts::find(tx, meant->account);
    const auto target = accounts::find(tx, meant->target);
    if (!account->local())
        return Handled::No;
    TRY_VOID(federation::require_owner(inbound, target->uri)); // only who was asked may answer
    if (vocab::kind_of(inbound.activity) == vocab::ActivityKind::Accept)
        TRY_VOID(accept(tx, *account, *target));
    else
        TRY_VOID(remove(tx, *account, *target, EndedBy::target));
    return Handled::Yes;
}

Result<Handled> on_undo(Tx& tx, const Inbound& inbound)
{
    const auto meant = find_meant(tx, inbound.activity);
    if (!meant)
        return Handled::No;
    const auto account = accounts::find(tx, meant->account);
    const auto target = accounts::find(tx, meant->target);
    TRY_VOID(federation::require_owner(inbound, account->uri));
    TRY_VOID(remove(tx, *account, *target, EndedBy::follower));
    return Handled::Yes;
}

} // namespace

void register_follow_federation(features::Server& server)
{
    server.inbox.on(vocab::ActivityKind::Follow, on_follow);
    server.inbox.on(vocab::ActivityKind::Accept, on_answer);
    server.inbox.on(vocab::ActivityKind::Reject, on_answer);
    server.inbox.on(vocab::ActivityKind::Undo, on_undo);

    server.events.subscribe<FollowAsked>([](Tx& tx, const FollowAsked& event) -> Result<void> {
        if (!event.target.local())
            send(tx, event.account, event.target, activity_of(event.follow, event.account, event.target));
        return {};
    });
    server.events.subscribe<FollowRemoved>([](Tx& tx, const FollowRemoved& event) -> Result<void> {
        const auto follow = activity_of(event.follow, event.account, event.target);
        if (event.by == EndedBy::follower && event.account.local() && !event.target.local())
            send(tx, event.account, event.target,
                 vocab::make_undo(federation::new_activity_uri(tx, event.account), event.account.uri, follow));
        if (event.by == EndedBy::target && event.target.local() && !event.account.local())
            send(tx, event.target, event.account,
                 vocab::make_reject(federation::new_activity_uri(tx, event.target), event.target.uri, follow));
        return {};
    });
}

} // namespace kith::follows
