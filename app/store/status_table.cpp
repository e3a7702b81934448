// SPDX-License-Identifier: Apache-2.0
#include "app/store/status_table.h"

#include "app/store/rows.h"

#include <algorithm>

namespace kith::store {

namespace {

constexpr std::size_t k_max_thread = 500;

void save_one(Connection& connection, const api::Status& status)
{
    const std::optional<std::string> boost_of = status.reblog ? std::optional(status.reblog->id) : std::nullopt;
    run(connection, R"sql(
        INSERT INTO statuses (id, account_id, in_reply_to_id, boost_of, created_at, json)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET in_reply_to_id = excluded.in_reply_to_id, json = excluded.json)sql",
        status.id, status.account.id, status.in_reply_to_id, boost_of, to_ms(status.created_at),
        write_entity(status));
}

void add_answers(Connection& connection, const std::string& id, int depth, std::vector<ThreadPost>& thread)
{
    constexpr int k_max_depth = 60;
    if (depth > k_max_depth)
        return;
    std::vector<api::Status> answers;
    {
        auto rows = prepare(connection, "SELECT json FROM statuses WHERE in_reply_to_id = $1 ORDER BY created_at, id",
                            id);
        while (rows.step())
            if (auto status = read_entity<api::Status>(rows.text(0)))
                answers.push_back(std::move(*status));
    }
    for (auto& answer : answers) {
        const bool known = std::any_of(thread.begin(), thread.end(), [&](const ThreadPost& post) {
            return post.status.id == answer.id;
        });
        if (known || thread.size() >= k_max_thread)
            continue;
        const auto answer_id = answer.id;
        thread.push_back({.status = std::move(answer), .depth = depth});
        add_answers(connection, answer_id, depth + 1, thread);
    }
}

} // namespace

void save_statuses(Connection& connection, const std::vector<api::Status>& statuses)
{
    for (const auto& status : statuses) {
        save_one(connection, status);
        if (status.reblog)
            save_one(connection, *status.reblog);
    }
}

std::vector<api::Status> update_status(Connection& connection, const api::Status& status)
{
    std::vector<api::Status> known;
    {
        auto rows = prepare(connection, "SELECT json FROM statuses WHERE id = $1 OR boost_of = $1", status.id);
        while (rows.step())
            if (auto found = read_entity<api::Status>(rows.text(0)))
                known.push_back(std::move(*found));
    }
    for (auto& entry : known) {
        if (entry.reblog)
            *entry.reblog = status;
        else
            entry = status;
        run(connection, "UPDATE statuses SET json = $1 WHERE id = $2", write_entity(entry), entry.id);
    }
    return known;
}

std::optional<api::Status> read_status(Connection& connection, std::string_view id)
{
    auto row = prepare(connection, "SELECT json FROM statuses WHERE id = $1", id);
    if (!row.step())
        return std::nullopt;
    return read_entity<api::Status>(row.text(0));
}

void remove_status(Connection& connection, std::string_view id)
{
    run(connection, "DELETE FROM statuses WHERE boost_of = $1", id);
    run(connection, "DELETE FROM statuses WHERE id = $1", id);
}

std::vector<ThreadPost> read_thread(Connection& connection, std::string_view id)
{
    std::vector<ThreadPost> thread;
    auto next = std::optional<std::string>{id};
    while (next && thread.size() < k_max_thread) {
        const bool circle = std::any_of(thread.begin(), thread.end(), [&](const ThreadPost& post) {
            return post.status.id == *next;
        });
        auto status = circle ? std::nullopt : read_status(connection, *next);
        if (!status)
            break;
        next = status->in_reply_to_id;
        thread.push_back({.status = std::move(*status)});
    }
    std::reverse(thread.begin(), thread.end());
    if (!thread.empty())
        add_answers(connection, std::string{id}, 1, thread);
    return thread;
}

} // namespace kith::store
