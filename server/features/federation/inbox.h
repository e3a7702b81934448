// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "federation/addressing/ownership.h"
#include "federation/vocab/activity.h"
#include "server/features/accounts/account.h"

#include <functional>
#include <map>
#include <vector>

namespace kith::federation {

using accounts::Account;
using db::Tx;

/// An activity whose signature was right.
struct Inbound {
    const Account& actor; ///< who signed it, and says to have done it
    const vocab::Activity& activity;
    addressing::IdPolicy policy;
};

/// Whether an activity was this handler's affair; the next one is asked otherwise.
enum class Handled { No, Yes };

/// Which feature understands which activity. Filled at start.
class Inbox {
public:
    /// Runs inside the write transaction, once per activity id; an error rolls everything back and is the peer's
    /// answer. Every handler asks addressing::check_owner before it acts.
    using Handler = std::function<Result<Handled>(Tx&, const Inbound&)>;
    void on(vocab::ActivityKind kind, Handler handler) { m_handlers[kind].push_back(std::move(handler)); }

    /// Records the activity as seen and gives it to the handlers. Seen before, or nobody's affair: nothing happens.
    Result<void> dispatch(Tx& tx, const Inbound& inbound) const;

private:
    std::map<vocab::ActivityKind, std::vector<Handler>> m_handlers;
};

/// `forbidden`, with the reason for the log, unless the verdict is Trusted.
Result<void> require_owner(const Inbound& inbound, std::string_view known_owner = {});

} // namespace kith::federation
