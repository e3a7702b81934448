// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/libpq_session.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <poll.h>

namespace kith::db {

namespace {

constexpr std::chrono::milliseconds k_slice{250};

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
    void operator()(PGnotify* notify) const { PQfreemem(notify); }
};

bool is_answer(const PGresult* result)
{
    const auto status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

} // namespace

LibpqSession::~LibpqSession()
{
    PQfinish(m_link);
}

LibpqSession::Ready LibpqSession::wait_socket(bool for_writing, Deadline deadline, int other)
{
    using std::chrono::milliseconds;
    const auto direction = static_cast<short>(for_writing ? POLLOUT : POLLIN);
    std::array<pollfd, 3> watched{
        {{m_stop, POLLIN, 0}, {PQsocket(m_link), direction, 0}, {other, POLLIN, 0}}}; // -1 is passed over
    // In slices: when the whole machine stands still for a while, the other side has lost that time too.
    auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    while (true) {
        const auto slice = std::clamp(left, milliseconds{0}, k_slice);
        const int count = ::poll(watched.data(), watched.size(), static_cast<int>(slice.count()));
        if (watched[0].revents != 0)
            return Ready::stopped;
        if (count > 0)
            return Ready::yes;
        left -= slice;
        if (left <= milliseconds{0})
            return Ready::late;
    }
}

bool LibpqSession::connect(const std::string& connection, const char* application, Deadline deadline)
{
    const std::array<const char*, 4> names{"dbname", "application_name", "client_encoding", nullptr};
    const std::array<const char*, 4> values{connection.c_str(), application, "UTF8", nullptr};
    m_link = PQconnectStartParams(names.data(), values.data(), 1);
    auto next = PGRES_POLLING_WRITING; // libpq's manual: as if PQconnectPoll had said so
    while (PQstatus(m_link) != CONNECTION_BAD && next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
        if (wait_socket(next == PGRES_POLLING_WRITING, deadline) != Ready::yes) {
            m_problem = "no connection in time";
            return false;
        }
        next = PQconnectPoll(m_link);
    }
    return PQstatus(m_link) == CONNECTION_OK;
}

std::optional<std::string> LibpqSession::ask(const std::string& statement, Deadline deadline)
{
    if (PQsendQuery(m_link, statement.c_str()) == 0)
        return std::nullopt;
    return answer(deadline);
}

bool LibpqSession::notify(const char* channel, const std::string& payload, Deadline deadline)
{
    const std::array<const char*, 2> values{channel, payload.c_str()};
    if (PQsendQueryParams(m_link, "SELECT pg_notify($1, $2)", 2, nullptr, values.data(), nullptr, nullptr, 0) == 0)
        return false;
    return answer(deadline).has_value();
}

std::optional<std::string> LibpqSession::answer(Deadline deadline)
{
    std::optional<std::string> first;
    while (true) {
        while (PQisBusy(m_link) != 0) {
            if (wait_socket(false, deadline) != Ready::yes) {
                m_problem = "no answer in time";
                return std::nullopt;
            }
            if (PQconsumeInput(m_link) == 0)
                return std::nullopt;
        }
        const std::unique_ptr<PGresult, Clear> result{PQgetResult(m_link)};
        if (!result)
            return first;
        if (!is_answer(result.get()))
            return std::nullopt;
        first = PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }
}

bool LibpqSession::wait(int other, Deadline deadline)
{
    switch (wait_socket(false, deadline, other)) {
    case Ready::late: return true;
    case Ready::stopped: return false;
    case Ready::yes: break;
    }
    return PQconsumeInput(m_link) != 0 && PQstatus(m_link) == CONNECTION_OK;
}

std::optional<LibpqSession::Notification> LibpqSession::next_notification()
{
    const std::unique_ptr<PGnotify, Clear> notify{PQnotifies(m_link)};
    if (!notify)
        return std::nullopt;
    return Notification{notify->extra, notify->be_pid};
}

int LibpqSession::number() const
{
    return PQbackendPID(m_link);
}

std::string LibpqSession::problem() const
{
    const std::string_view text = PQerrorMessage(m_link);
    return std::string{text.empty() ? std::string_view{m_problem} : text.substr(0, text.find('\n'))};
}

} // namespace kith::db
