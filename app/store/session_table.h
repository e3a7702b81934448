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
    std::int64_t kith_version = 1; ///< of Kith's own routes; 0 on a server that has none
    std::string streaming{};       ///< where its streams are; empty: on the server itself
    std::string client_id{};       ///< of a sign-in through the browser, which gave the token; else empty
    std::string client_secret{};
};

std::optional<SavedSession> read_session(Connection& connection);
void write_session(Connection& connection, const SavedSession& session);

/// Signing out: everything goes but how the app looks.
void forget_everything(Connection& connection);

} // namespace kith::store
