// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/account_cards.h"

#include "server/db/notices.h"

namespace kith::accounts {

namespace {

constexpr const char* k_topic = "account";

} // namespace

void changed(Tx& tx, AccountId id)
{
    tx.notify(k_topic, id.to_string());
}

void watch(db::Notices& notices, AccountCards& cards)
{
    notices.subscribe(k_topic, [&cards](const std::string& payload) {
        if (const auto id = AccountId::parse(payload))
            cards.evict(*id);
    });
    notices.on_gap([&cards] { cards.clear(); });
}

std::shared_ptr<const std::string> card(Tx& tx, AccountCards& cards, AccountCards::Ticket ticket, const Account& account)
{
    auto text = std::make_shared<const std::string>(to_text(api::to_json(render(tx.site(), account))));
    cards.fill(account.id, text, text->size(), ticket);
    return text;
}

} // namespace kith::accounts
