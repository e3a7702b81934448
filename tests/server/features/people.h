// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/accounts/account.h"
#include "server/features/follows/follow.h"
#include "server/features/statuses/status.h"
#include "tests/support/test_database.h"

#include <functional>
#include <string>
#include <vector>

namespace kith::tests {

using accounts::Account;
using db::Tx;
using statuses::Audience;
using statuses::Status;

/// What create_local wants; its keys sign nothing.
accounts::NewAccount new_person(const std::string& name);
Account add_person(TestDb& db, const std::string& name);

/// Somebody on another server; every address is made up from name and domain.
accounts::RemoteAccount remote_person(const std::string& name, const std::string& domain);
Account add_remote(TestDb& db, const std::string& name, const std::string& domain);

/// The row as it is now.
Account reload(TestDb& db, const Account& account);
/// Nothing when it is gone.
std::optional<Status> reload(TestDb& db, const Status& status);

statuses::Draft draft(const std::string& text, Audience audience = Audience::public_);
Status post(TestDb& db, const Account& author, const statuses::Draft& wanted);
Status post(TestDb& db, const Account& author, const std::string& text = "Good morning",
            Audience audience = Audience::public_);
Status reply(TestDb& db, const Account& author, const Status& parent, Audience audience = Audience::public_);

/// Published at the clock's now.
statuses::RemoteStatus remote_post(TestDb& db, const std::string& uri);
Status add_remote_post(TestDb& db, const Account& author, const statuses::RemoteStatus& wanted);

void follow(TestDb& db, const Account& account, const Account& target);

/// Of a column that counts: "SELECT COUNT(*) …".
std::int64_t number(TestDb& db, const char* sql);

/// Runs the action on several threads at once, half of them on each of two handles on the same data.
constexpr int k_racers = 4;
void race(TestDb& db, const std::function<void(db::Database&, int thread)>& action);

std::vector<StatusId> ids_of(const std::vector<Status>& statuses);

} // namespace kith::tests
