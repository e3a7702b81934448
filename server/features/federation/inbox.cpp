// SPDX-License-Identifier: Apache-2.0
#include "server/features/federation/inbox.h"

namespace kith::federation {

namespace {

constexpr db::Query k_see{"federation.see", R"sql(
    INSERT INTO seen_activities (uri, received_at) VALUES ($1, $2) ON CONFLICT (uri) DO NOTHING)sql"};

} // namespace

Result<void> Inbox::dispatch(Tx& tx, const Inbound& inbound) const
{
    // Some platforms send no id inside an Undo or Accept; at the top it is the rule.
    if (!inbound.activity.id.empty() && tx.execute(k_see, inbound.activity.id, tx.now()) == 0)
        return {};
    const auto found = m_handlers.find(vocab::kind_of(inbound.activity));
    if (found == m_handlers.end())
        return {};
    for (const auto& handler : found->second) {
        TRY(const auto handled, handler(tx, inbound));
        if (handled == Handled::Yes)
            return {};
    }
    return {};
}

Result<void> require_owner(const Inbound& inbound, std::string_view known_owner)
{
    const auto verdict = addressing::check_owner(inbound.actor.uri, inbound.activity, known_owner, inbound.policy);
    if (verdict.trust == addressing::Trust::Trusted)
        return {};
    return fail(Errc::forbidden, "The signer may not say this.", verdict.reason);
}

} // namespace kith::federation
