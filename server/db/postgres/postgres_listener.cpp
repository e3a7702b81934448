// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_listener.h"

#include "server/core/log.h"
#include "server/db/notice_text.h"

#include <algorithm>
#include <iterator>
#include <sstream>
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

// More than that at once is told as a gap.
constexpr std::size_t k_most_untold = 10000;

constexpr const char* k_application = "kithd listens";

LibpqSession::Deadline in(milliseconds time)
{
    return std::chrono::steady_clock::now() + time;
}

int make_event()
{
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

} // namespace

PostgresListener::PostgresListener(std::string connection, std::string mark, const Notices& notices, Beat beat)
    : m_connection(std::move(connection)), m_mark(std::move(mark)), m_notices(notices),
      m_beat(std::move(beat)), m_stop(make_event()), m_tell(make_event()),
      m_thread([this] { serve(); })
{
}

PostgresListener::~PostgresListener()
{
    ::eventfd_write(m_stop, 1);
    m_thread.join();
    ::close(m_stop);
    ::close(m_tell);
}

void PostgresListener::tell(const std::vector<Notice>& notices)
{
    if (notices.empty() || !m_others)
        return;
    {
        const std::lock_guard lock{m_mutex};
        if (m_untold.size() < k_most_untold)
            m_untold.insert(m_untold.end(), notices.begin(), notices.end());
    }
    ::eventfd_write(m_tell, 1);
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
        } else {
            m_beat(false);
        }
        m_others = true; // who knows
        if (stopped_within(milliseconds{0}))
            return;
        if (!std::exchange(lost, true))
            log::warning("What other processes say cannot be heard; nothing is taken from caches "
                         "that decide access.",
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
    // What is told need not be on the disk: what it is about is.
    if (!session.ask(std::string("SET synchronous_commit = off; LISTEN ") + k_notice_channel, in(k_patience)))
        return false;
    {
        const std::lock_guard lock{m_mutex};
        m_untold.clear(); // the hello below is a gap to the others
    }
    m_listening.clear();
    const auto hello = std::string("SELECT pg_notify('") + k_notice_channel + "', '" +
                       encode_notices(m_mark, {}).front() + "')";
    return session.ask(hello, in(k_patience)) && look_for_others(session);
}

void PostgresListener::hear(LibpqSession& session)
{
    const bool alone = m_listening.empty(); // nobody's words went unheard, and who comes says hello
    pass_on(session); // what came with the answers until now
    for (bool first = !alone;; first = false) {
        const auto next_question = in(k_between_questions);
        while (std::chrono::steady_clock::now() < next_question) {
            if (!session.wait(m_tell, next_question) || !send(session))
                return;
            pass_on(session);
        }
        if (!look_for_others(session))
            return;
        if (first)
            m_notices.gap(); // the others have heard our hello by now; what they said just before it went unheard
        m_beat(true);
        pass_on(session);
    }
}

bool PostgresListener::send(LibpqSession& session)
{
    eventfd_t ignored = 0;
    if (::eventfd_read(m_tell, &ignored) != 0)
        return true;
    std::vector<Notice> untold;
    {
        const std::lock_guard lock{m_mutex};
        untold.swap(m_untold);
    }
    std::vector<Notice> notices;
    if (untold.size() < k_most_untold) {
        for (auto& notice : untold) { // many commits say "there is work", and that there is
            const bool repeated = notice.payload.empty() &&
                                  std::find(notices.begin(), notices.end(), notice) != notices.end();
            if (!repeated)
                notices.push_back(std::move(notice));
        }
    }
    for (const auto& text : encode_notices(m_mark, notices))
        if (!session.notify(k_notice_channel, text, in(k_patience)))
            return false;
    return true;
}

/// A process that connects after this look says hello after it, so what is heard later is newer. One that has gone may have
/// left something unsaid.
bool PostgresListener::look_for_others(LibpqSession& session)
{
    const auto sessions = session.ask(
        std::string("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name = '") +
            k_application + "'",
        in(k_patience));
    if (!sessions)
        return false;
    std::istringstream list{*sessions};
    std::set<int> listening{std::istream_iterator<int>{list}, {}};
    const bool sees_itself = listening.erase(session.number()) == 1;
    if (!std::includes(listening.begin(), listening.end(), m_listening.begin(), m_listening.end()))
        m_notices.gap();
    m_listening = std::move(listening);
    m_others = !sees_itself || !m_listening.empty();
    return true;
}

void PostgresListener::pass_on(LibpqSession& session)
{
    while (const auto said = session.next_notification()) {
        const auto message = decode_notices(said->payload);
        if (!message) {
            m_notices.gap(); // another version's words
            continue;
        }
        if (message->mark == m_mark)
            continue;
        m_others = true;
        if (message->notices.empty()) {
            m_listening.insert(said->session); // the next look sees if it has gone again
            m_notices.gap(); // it is there, or there again; what it said before may be lost
        }
        for (const auto& notice : message->notices)
            m_notices.deliver(notice);
    }
}

} // namespace kith::db
