// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <functional>
#include <typeindex>
#include <unordered_map>
#include <vector>

namespace kith::db {
class Tx;
}

namespace kith::core {

/// Domain events, published inside the transaction that made them true (`db::publish(tx, StatusCreated{…})`).
///
/// Subscribers run at once, in the order of subscription, in the same transaction: what they write agrees with the
/// event or is rolled back with it. Work without a bound is a job (`jobs::enqueue`). What only wakes others (streams,
/// caches) is registered with `tx.after_commit`. Subscribe at start, before the server serves: not thread-safe then,
/// read-only and safe from any thread afterwards.
class EventBus {
public:
    template <class E>
    void subscribe(std::function<Result<void>(db::Tx&, const E&)> handler)
    {
        m_handlers[typeid(E)].push_back([handler = std::move(handler)](db::Tx& tx, const void* event) {
            return handler(tx, *static_cast<const E*>(event));
        });
    }

    template <class E>
    Result<void> publish(db::Tx& tx, const E& event) const
    {
        const auto found = m_handlers.find(typeid(E));
        if (found == m_handlers.end())
            return {};
        for (const auto& handler : found->second)
            TRY_VOID(handler(tx, &event));
        return {};
    }

private:
    std::unordered_map<std::type_index, std::vector<std::function<Result<void>(db::Tx&, const void*)>>> m_handlers;
};

} // namespace kith::core
