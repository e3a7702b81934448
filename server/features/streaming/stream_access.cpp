// SPDX-License-Identifier: Apache-2.0
#include "server/auth/access_notices.h"
#include "server/auth/token_check.h"
#include "server/db/database.h"
#include "server/features/streaming/hub.h"
#include "server/features/streaming/streaming.h"
#include "server/features/support/server.h"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace kith::streaming {

using boost::asio::awaitable;

namespace {

constexpr const char* k_everybody = "all";
constexpr auto k_pause = std::chrono::minutes{1};

/// The tokens in use that the notices are about.
std::set<TokenId> tokens_of(const Clients& clients, const std::vector<std::string>& notices)
{
    if (std::find(notices.begin(), notices.end(), k_everybody) != notices.end())
        return clients.tokens();
    std::set<TokenId> tokens;
    for (const std::string_view notice : notices) {
        const auto colon = std::min(notice.find(':'), notice.size() - 1);
        const auto kind = notice.substr(0, colon);
        const auto number = notice.substr(colon + 1);
        if (const auto token = TokenId::parse(number); kind == "token" && token)
            tokens.insert(*token);
        if (const auto account = AccountId::parse(number); kind == "account" && account)
            tokens.merge(clients.tokens(*account));
    }
    return tokens;
}

awaitable<Result<void>> look_again(db::Database& database, Clients& clients, const std::vector<std::string>& notices)
{
    auto tokens = tokens_of(clients, notices);
    if (tokens.empty())
        co_return Result<void>{};
    auto work = [&](db::Tx& tx) -> Result<std::set<TokenId>> {
        return auth::still_valid(tx, tokens);
    };
    CO_TRY(const auto valid, co_await database.read(work));
    std::erase_if(tokens, [&](TokenId token) { return valid.contains(token); });
    if (!tokens.empty())
        clients.close_tokens(tokens);
    co_return Result<void>{};
}

/// Once a minute at most: while notices do not arrive, gaps are told again and again.
class Patience {
public:
    bool is_over()
    {
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        auto last = m_last.load();
        const auto pause = std::chrono::steady_clock::duration{k_pause}.count();
        return (last == 0 || now - last >= pause) && m_last.compare_exchange_strong(last, now);
    }

private:
    std::atomic<std::int64_t> m_last{0};
};

} // namespace

void watch_access(features::Server& server)
{
    auto& hub = server.streams;
    auto& notices = server.database.notices();
    hub.render_with(k_access, [&server](Clients& clients, const std::vector<std::string>& about) {
        return look_again(server.database, clients, about);
    });
    notices.subscribe(auth::k_access_topic,
                      [&hub](const std::string& notice) { hub.post(k_access, notice); });
    // Where several processes serve one database, another's posts may have been missed too. On SQLite the others are
    // commands, and what they do to accounts is looked at.
    const bool others_serve = server.database.is_shared();
    notices.on_gap([&hub, others_serve, patience = std::make_shared<Patience>()] {
        hub.post(k_access, k_everybody);
        if (others_serve && hub.clients().count() > 0 && patience->is_over())
            hub.clients().close_all();
    });
}

} // namespace kith::streaming
