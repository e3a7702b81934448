// SPDX-License-Identifier: Apache-2.0
#include "app/store/people_table.h"

#include "app/store/rows.h"
#include "common/text/fold.h"

namespace kith::store {

namespace {

std::optional<Person> person_of(Statement& row)
{
    auto account = read_entity<api::Account>(row.text(0));
    if (!account)
        return std::nullopt;
    Person person{.account = std::move(*account), .relationship = std::nullopt};
    if (!row.is_null(1))
        person.relationship = read_entity<api::Relationship>(row.text(1));
    return person;
}

} // namespace

void save_people(Connection& connection, const std::vector<api::Account>& accounts)
{
    for (const auto& account : accounts)
        run(connection, R"sql(
            INSERT INTO people (id, acct, folded, json) VALUES ($1, $2, $3, $4)
            ON CONFLICT (id) DO UPDATE SET acct = excluded.acct, folded = excluded.folded, json = excluded.json)sql",
            account.id, account.acct, text::fold("@" + account.acct + " " + account.display_name),
            write_entity(account));
}

void save_relationships(Connection& connection, const std::vector<api::Relationship>& relationships)
{
    for (const auto& relationship : relationships)
        run(connection, "UPDATE people SET relationship_json = $1 WHERE id = $2",
            write_entity(relationship), relationship.id);
}

std::optional<Person> read_person(Connection& connection, std::string_view id)
{
    auto row = prepare(connection, "SELECT json, relationship_json FROM people WHERE id = $1", id);
    return row.step() ? person_of(row) : std::nullopt;
}

std::vector<Person> read_people(Connection& connection, const std::vector<std::string>& ids)
{
    std::vector<Person> people;
    for (const auto& id : ids)
        if (auto person = read_person(connection, id))
            people.push_back(std::move(*person));
    return people;
}

std::vector<Person> find_people(Connection& connection, std::string_view folded, int limit)
{
    auto rows = prepare(connection, R"sql(
        SELECT json, relationship_json FROM people WHERE instr(folded, $1) > 0 ORDER BY acct LIMIT $2)sql",
                        folded, limit);
    std::vector<Person> people;
    while (rows.step())
        if (auto person = person_of(rows))
            people.push_back(std::move(*person));
    return people;
}

} // namespace kith::store
