// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_listener.h"

#include "server/core/log.h"
#include "server/db/notice_text.h"

#include <algorithm>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace kith::db {

namespace {

using std::chrono::milliseconds;

// Together under 5 s: for longer no process may go on with what another has forbidden.
constexpr milliseconds k_between_questions{1000};
constexpr milliseconds k_patience{2500};
constexpr milliseconds k_first_backoff{100};
constexpr milliseconds k_longest_backoff{2000};

constexpr const char* k_application = "kithd listens";

LibpqSession::Deadline in(milliseconds time)
{
    return std::chrono::steady_clock::now() + time;
}

int make_event()
{
    const int event = ::eventfd(0, EFD_CLOEXEC);
    if (event < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

} // namespace

PostgresListener::PostgresListener(std::string connection, std::string mark, const Notices& notices)
    : m_connection(std::move(connection)), m_mark(std::move(mark)), m_notices(notices), m_stop(make_event())
    , m_thread([this] { serve(); })
{
}

PostgresListener::~PostgresListener()
{
    ::eventfd_write(m_stop, 1);
    m_thread.join();
    ::close(m_stop);
}

bool PostgresListener::stopped_within(milliseconds time) const
{
    pollfd watched{m_stop, POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(time.count())) > 0;
}

void PostgresListener::serve()
{
    auto backoff = k_first_backoff;
    bool lost = false;
    while (!stopped_within(milliseconds{0})) {
        LibpqSession session(m_stop);
        if (begin(session)) {
            if (std::exchange(lost, false))
                log::info("What other processes say is heard again.");
            backoff = k_first_backoff;
            m_notices.gap();
            hear(session);
        }
        m_others = true; // who knows
        if (stopped_within(milliseconds{0}))
            return;
        if (!std::exchange(lost, true))
            log::warning("What other processes say cannot be heard; nothing is taken from caches that decide access.",
                         {{"cause", session.problem()}});
        m_notices.gap();
        if (stopped_within(backoff))
            return;
        backoff = std::min(backoff * 2, k_longest_backoff);
    }
}

bool PostgresListener::begin(LibpqSession& session)
{
    if (!session.connect(m_connection, k_application, in(k_patience)))
        return false;
    if (!session.ask(std::string("LISTEN ") + k_notice_channel, in(k_patience)))
        return false;
    // The others learn at once that they are heard, and from then on speak.
    const auto hello = std::string("SELECT pg_notify('") + k_notice_channel + "', '" + encode_notices(m_mark, {}).front() + "')";
    return session.ask(hello, in(k_patience)) && count_others(session);
}

void PostgresListener::hear(LibpqSession& session)
{
    pass_on(session); // what came with the answers until now
    while (true) {
        const auto next_question = in(k_between_questions);
        while (std::chrono::steady_clock::now() < next_question) {
            if (!session.wait(next_question))
                return;
            pass_on(session);
        }
        if (!count_others(session))
            return;
        pass_on(session);
    }
}

/// A process that connects after this look says hello after it, so what is heard later is newer.
bool PostgresListener::count_others(LibpqSession& session)
{
    const auto count = session.ask(std::string("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
                                               "AND application_name = '") + k_application + "'",
                                   in(k_patience));
    if (count)
        m_others = *count != "1";
    return count.has_value();
}

void PostgresListener::pass_on(LibpqSession& session)
{
    while (const auto text = session.next_notification()) {
        const auto message = decode_notices(*text);
        if (!message) {
            m_notices.gap(); // another version's words
            continue;
        }
        if (message->mark == m_mark)
            continue;
        m_others = true;
        for (const auto& notice : message->notices)
            m_notices.deliver(notice);
    }
}

} // namespace kith::db
