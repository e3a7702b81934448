// SPDX-License-Identifier: Apache-2.0
#include "app/store/session_table.h"

#include "app/store/rows.h"

namespace kith::store {

std::optional<SavedSession> read_session(Connection& connection)
{
    auto row = prepare(connection, R"sql(
        SELECT server, token, account_json, instance_title, instance_domain, max_characters, kith_version, streaming,
            client_id, client_secret FROM sessions)sql");
    if (!row.step())
        return std::nullopt;
    auto account = read_entity<api::Account>(row.text(2));
    if (!account)
        return std::nullopt;
    return SavedSession{.server = std::string{row.text(0)},
                        .token = std::string{row.text(1)},
                        .account = std::move(*account),
                        .instance_title = std::string{row.text(3)},
                        .instance_domain = std::string{row.text(4)},
                        .max_characters = row.integer(5),
                        .kith_version = row.integer(6),
                        .streaming = std::string{row.text(7)},
                        .client_id = std::string{row.text(8)},
                        .client_secret = std::string{row.text(9)}};
}

void write_session(Connection& connection, const SavedSession& session)
{
    run(connection, R"sql(
        INSERT INTO sessions (id, server, token, account_json, instance_title, instance_domain, max_characters,
            kith_version, streaming, client_id, client_secret)
        VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET server = excluded.server, token = excluded.token,
            account_json = excluded.account_json, instance_title = excluded.instance_title,
            instance_domain = excluded.instance_domain, max_characters = excluded.max_characters,
            kith_version = excluded.kith_version, streaming = excluded.streaming,
            client_id = excluded.client_id, client_secret = excluded.client_secret)sql",
        session.server, session.token, write_entity(session.account), session.instance_title,
        session.instance_domain, session.max_characters, session.kith_version, session.streaming,
        session.client_id, session.client_secret);
}

void forget_everything(Connection& connection)
{
    connection.execute(R"sql(
        DELETE FROM sessions; DELETE FROM timeline_entries; DELETE FROM timeline_marks; DELETE FROM gaps;
        DELETE FROM statuses; DELETE FROM notifications; DELETE FROM people; DELETE FROM drafts; DELETE FROM outbox;
        DELETE FROM settings WHERE key NOT LIKE 'look.%';)sql");
}

} // namespace kith::store
