// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/account.h"
#include "common/api/relationship.h"
#include "common/sqlite/connection.h"

#include <optional>
#include <string_view>
#include <vector>

namespace kith::store {

using sqlite::Connection;

struct Person {
    api::Account account;
    std::optional<api::Relationship> relationship;
};

void save_people(Connection& connection, const std::vector<api::Account>& accounts);
void save_relationships(Connection& connection, const std::vector<api::Relationship>& relationships);
std::optional<Person> read_person(Connection& connection, std::string_view id);
/// Known people in this order; unknown ones are left out.
std::vector<Person> read_people(Connection& connection, const std::vector<std::string>& ids);
/// People seen before whose name or handle contains `folded` (text::fold of what was typed).
std::vector<Person> find_people(Connection& connection, std::string_view folded, int limit);

} // namespace kith::store
