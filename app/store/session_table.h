// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/account.h"
#include "common/sqlite/connection.h"

#include <optional>
#include <string>

namespace kith::store {

using sqlite::Connection;

/// Who is signed in, and where.
struct SavedSession {
    std::string server; ///< base address, "https://hollow.town"
    std::string token;
    api::Account account;
    std::string instance_title{};
    std::string instance_domain{}; ///< what stands after the @ of local handles
    std::int64_t max_characters = 5000;
};

std::optional<SavedSession> read_session(Connection& connection);
void write_session(Connection& connection, const SavedSession& session);

/// Signing out: everything goes but how the app looks.
void forget_everything(Connection& connection);

} // namespace kith::store
