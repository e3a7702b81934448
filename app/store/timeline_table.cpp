// SPDX-License-Identifier: Apache-2.0
#include "app/store/timeline_table.h"

#include "app/base/strings.h"
#include "app/store/rows.h"
#include "app/store/status_table.h"

namespace kith::store {

namespace {

std::vector<api::Status> statuses_of(Statement& rows)
{
    std::vector<api::Status> statuses;
    while (rows.step())
        if (auto status = read_entity<api::Status>(rows.text(0)))
            statuses.push_back(std::move(*status));
    return statuses;
}

std::string sort_of(const std::string& id)
{
    return app::to_std(app::sort_key(app::to_q(id)));
}

} // namespace

void add_entries(Connection& connection, std::string_view timeline, const std::vector<api::Status>& statuses)
{
    save_statuses(connection, statuses);
    for (const auto& status : statuses) {
        const auto sort = sort_of(status.id);
        if (sort.empty())
            continue;
        run(connection, R"sql(
            INSERT INTO timeline_entries (timeline, sort, status_id) VALUES ($1, $2, $3)
            ON CONFLICT (timeline, sort) DO NOTHING)sql",
            timeline, sort, status.id);
    }
}

std::vector<api::Status> read_entries(Connection& connection, std::string_view timeline,
                                      std::string_view before, int limit)
{
    auto rows = prepare(connection, R"sql(
        SELECT s.json FROM timeline_entries e JOIN statuses s ON s.id = e.status_id
        WHERE e.timeline = $1 AND ($2 = '' OR e.sort < $2) ORDER BY e.sort DESC LIMIT $3)sql",
                        timeline, before, limit);
    return statuses_of(rows);
}

std::vector<api::Status> read_entries_to(Connection& connection, std::string_view timeline,
                                         std::string_view anchor, int below, int limit)
{
    auto count = prepare(connection, "SELECT count(*) FROM timeline_entries WHERE timeline = $1 AND sort >= $2",
                         timeline, anchor);
    const auto above = count.step() ? count.integer(0) : 0;
    const auto wanted = anchor.empty() ? std::int64_t{below} : above + below;
    return read_entries(connection, timeline, {}, static_cast<int>(std::min<std::int64_t>(wanted, limit)));
}

std::string oldest_entry(Connection& connection, std::string_view timeline)
{
    auto row = prepare(connection, "SELECT status_id FROM timeline_entries WHERE timeline = $1 ORDER BY sort LIMIT 1",
                       timeline);
    return row.step() ? std::string{row.text(0)} : std::string{};
}

std::string read_mark(Connection& connection, std::string_view timeline)
{
    auto row = prepare(connection, "SELECT read_to FROM timeline_marks WHERE timeline = $1", timeline);
    return row.step() ? std::string{row.text(0)} : std::string{};
}

void raise_mark(Connection& connection, std::string_view timeline, const std::vector<api::Status>& statuses)
{
    const auto known = read_mark(connection, timeline);
    auto newest = known;
    for (const auto& status : statuses)
        if (sort_of(status.id) > sort_of(newest))
            newest = status.id;
    if (newest != known)
        run(connection, R"sql(
            INSERT INTO timeline_marks (timeline, read_to) VALUES ($1, $2)
            ON CONFLICT (timeline) DO UPDATE SET read_to = excluded.read_to)sql",
            timeline, newest);
}

std::vector<Gap> read_gaps(Connection& connection, std::string_view timeline)
{
    std::vector<Gap> gaps;
    auto rows = prepare(connection, "SELECT newer_id, older_id FROM gaps WHERE timeline = $1 ORDER BY newer_id DESC",
                        timeline);
    while (rows.step())
        gaps.push_back({.newer_id = std::string{rows.text(0)}, .older_id = std::string{rows.text(1)}});
    return gaps;
}

void open_gap(Connection& connection, std::string_view timeline, const Gap& gap)
{
    run(connection, R"sql(
        INSERT INTO gaps (timeline, newer_id, older_id) VALUES ($1, $2, $3)
        ON CONFLICT (timeline, newer_id) DO UPDATE SET older_id = excluded.older_id)sql",
        timeline, gap.newer_id, gap.older_id);
}

void close_gap(Connection& connection, std::string_view timeline, std::string_view newer_id)
{
    run(connection, "DELETE FROM gaps WHERE timeline = $1 AND newer_id = $2", timeline, newer_id);
}

void prune(Connection& connection, std::string_view timeline, int keep)
{
    run(connection, R"sql(
        DELETE FROM timeline_entries WHERE timeline = $1 AND sort <
            (SELECT sort FROM timeline_entries WHERE timeline = $1 ORDER BY sort DESC LIMIT 1 OFFSET $2))sql",
        timeline, keep);
    if (connection.changes() == 0)
        return;
    // What was boosted stays while its boost does; a week's other posts stay for threads.
    run(connection, R"sql(
        DELETE FROM statuses WHERE id NOT IN (SELECT status_id FROM timeline_entries)
            AND id NOT IN (SELECT boost_of FROM statuses WHERE boost_of IS NOT NULL)
            AND created_at < (SELECT max(created_at) FROM statuses) - 604800000)sql");
}

} // namespace kith::store
