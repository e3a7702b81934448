// SPDX-License-Identifier: Apache-2.0
#include "server/cli/jobs_commands.h"

#include "common/base/json.h"
#include "server/cli/commands.h"
#include "server/jobs/admin.h"

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace kith::cli {

using db::Tx;

namespace {

/// Columns as wide as their widest cell; the last one is not padded.
void print_table(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t column = 0; column + 1 < row.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            std::cout << (column == 0 ? "" : "  ") << std::left << std::setw(static_cast<int>(widths[column])) << row[column];
        std::cout << '\n';
    }
}

/// 2026-11-21 06:20:48
std::string short_time(Timestamp at)
{
    auto text = to_iso8601(at).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string or_dash(const std::string& text)
{
    return text.empty() ? "-" : text;
}

json::object to_json(const jobs::Listed& job)
{
    return {{"id", job.id.to_string()},
            {"kind", job.kind},
            {"lane", job.lane},
            {"state", job.state},
            {"attempts", job.attempts},
            {"created_at", to_iso8601(job.created_at)},
            {"run_at", to_iso8601(job.run_at)},
            {"last_error", job.last_error}};
}

json::object to_json(const jobs::ListedLane& lane)
{
    return {{"lane", lane.lane},
            {"failures", lane.failures},
            {"failing_since", to_iso8601(lane.failing_since)},
            {"next_try", to_iso8601(lane.next_try)},
            {"dropped", lane.dropped},
            {"dead", lane.dead},
            {"last_error", lane.last_error}};
}

template <class Item>
void print_json(const std::vector<Item>& items)
{
    json::array out;
    for (const auto& item : items)
        out.push_back(to_json(item));
    std::cout << to_text(out) << '\n';
}

Result<void> list(const CommonOptions& options, const JobsOptions& wanted)
{
    const SystemClock clock;
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    const jobs::ListFilter filter{wanted.dead, wanted.kind, wanted.lane, wanted.limit};
    auto work = [&](Tx& tx) -> Result<std::vector<jobs::Listed>> { return jobs::list(tx, filter); };
    TRY(const auto found, environment->database->read_now(work));
    if (wanted.json)
        return print_json(found), Result<void>{};
    std::vector<std::vector<std::string>> rows{{"ID", "KIND", "LANE", "STATE", "TRIES", "NEXT", "LAST ERROR"}};
    for (const auto& job : found)
        rows.push_back({job.id.to_string(), job.kind, or_dash(job.lane), job.state, std::to_string(job.attempts),
                        job.state == "waiting" ? short_time(job.run_at) : "-", or_dash(job.last_error)});
    print_table(rows);
    if (found.size() == static_cast<std::size_t>(wanted.limit))
        std::cerr << "There may be more; --limit shows them.\n";
    return {};
}

Result<void> lanes(const CommonOptions& options, const JobsOptions& wanted)
{
    const SystemClock clock;
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    auto work = [&](Tx& tx) -> Result<std::vector<jobs::ListedLane>> { return jobs::list_failing_lanes(tx, wanted.limit); };
    TRY(const auto found, environment->database->read_now(work));
    if (wanted.json)
        return print_json(found), Result<void>{};
    std::vector<std::vector<std::string>> rows{{"LANE", "FAILURES", "SINCE", "NEXT TRY", "DROPPED", "LAST ERROR"}};
    for (const auto& lane : found)
        rows.push_back({lane.lane, std::to_string(lane.failures) + (lane.dead ? " (dead)" : ""), short_time(lane.failing_since),
                        short_time(lane.next_try), std::to_string(lane.dropped), lane.last_error});
    print_table(rows);
    return {};
}

/// In pieces: the server beside us writes too.
Result<std::int64_t> revive_all(db::Database& database, const std::string& lane, Timestamp before)
{
    std::int64_t all = 0;
    while (true) {
        auto work = [&](Tx& tx) -> Result<std::int64_t> { return jobs::revive_dead(tx, lane, before); };
        TRY(const auto revived, database.write_now(work));
        if (revived == 0)
            return all;
        all += revived;
    }
}

Result<std::string> retry(const CommonOptions& options, const JobsOptions& wanted)
{
    const SystemClock clock;
    if ((wanted.id.empty() ? 0 : 1) + (wanted.all_dead ? 1 : 0) + (wanted.lane.empty() ? 0 : 1) != 1)
        return fail(Errc::invalid, "Say which: a job's ID, --lane or --all-dead.");
    JobId id;
    if (!wanted.id.empty()) {
        const auto parsed = JobId::parse(wanted.id);
        if (!parsed)
            return fail(Errc::invalid, "A job's ID is a number; kithd jobs list --dead shows it.");
        id = *parsed;
    }
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    auto& database = *environment->database;
    if (id) {
        auto work = [&](Tx& tx) { return jobs::revive(tx, id); };
        TRY_VOID(database.write_now(work));
        return std::string{"The job waits again, with all its tries."};
    }
    TRY(const auto revived, revive_all(database, wanted.lane, clock.now()));
    if (!wanted.lane.empty()) {
        auto work = [&](Tx& tx) -> Result<void> { return jobs::try_lane_now(tx, wanted.lane), Result<void>{}; };
        TRY_VOID(database.write_now(work));
    }
    return "Dead jobs that wait again: " + std::to_string(revived) + "." +
           (wanted.lane.empty() ? "" : " What waits in the lane is tried now.");
}

Result<Timestamp> parse_moment(const std::string& text)
{
    const auto moment = parse_iso8601(text.size() == 10 ? text + "T00:00:00Z" : text);
    if (!moment)
        return fail(Errc::invalid, "A date looks like 2026-11-21, or 2026-11-21T06:20:48Z.");
    return moment;
}

Result<std::string> purge(const CommonOptions& options, const JobsOptions& wanted)
{
    const SystemClock clock;
    if (wanted.before.empty() != wanted.all_dead)
        return fail(Errc::invalid, "Say which dead jobs: --before DATE or --all-dead.");
    auto before = clock.now() + std::chrono::milliseconds{1};
    if (!wanted.before.empty()) {
        TRY(before, parse_moment(wanted.before));
    }
    TRY(const auto environment, Environment::open(options, Lock::No, clock));
    std::int64_t all = 0;
    while (true) {
        auto work = [&](Tx& tx) -> Result<std::int64_t> { return jobs::purge_dead(tx, before); };
        TRY(const auto purged, environment->database->write_now(work));
        if (purged == 0)
            return "Dead jobs that are deleted: " + std::to_string(all) + ".";
        all += purged;
    }
}

int status_of(const Result<void>& done)
{
    return done ? 0 : report(done.error());
}

int tell(const JobsOptions& options, const Result<std::string>& sentence)
{
    if (!sentence)
        return report(sentence.error());
    if (options.json)
        std::cout << to_text(json::object{{"message", *sentence}}) << '\n';
    else
        std::cout << *sentence << '\n';
    return 0;
}

} // namespace

int jobs_list(const CommonOptions& options, const JobsOptions& jobs)
{
    return status_of(list(options, jobs));
}

int jobs_lanes(const CommonOptions& options, const JobsOptions& jobs)
{
    return status_of(lanes(options, jobs));
}

int jobs_retry(const CommonOptions& options, const JobsOptions& jobs)
{
    return tell(jobs, retry(options, jobs));
}

int jobs_purge(const CommonOptions& options, const JobsOptions& jobs)
{
    return tell(jobs, purge(options, jobs));
}

} // namespace kith::cli
