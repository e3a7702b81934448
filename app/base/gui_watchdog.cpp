// SPDX-License-Identifier: Apache-2.0
#include "app/base/gui_watchdog.h"

#include <QMetaEnum>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>

#include <execinfo.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kith::app {

using std::chrono::microseconds;

namespace {

// The sanitizers make everything several times as slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int k_slowness = 10;
#else
constexpr int k_slowness = 1;
#endif

// What was stolen longer ago than that excuses nobody; to look costs some 20 us.
constexpr microseconds k_between_looks{50'000};

constexpr int k_most_frames = 40;
void* g_frames[k_most_frames];
std::atomic<int> g_frame_count{0};

// What the alarm's handler needs. It runs on the watched thread, which alone writes them.
timer_t g_alarm{};
std::atomic<std::int64_t> g_too_long{0}; ///< the thread's processor time, in us, from which on it has taken too long

thread_local bool t_watched = false;

int alarm_signal()
{
    return SIGRTMIN + 4;
}

microseconds read_clock(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return microseconds{std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000};
}

void set_alarm(microseconds in)
{
    itimerspec when{};
    when.it_value.tv_sec = in.count() / 1'000'000;
    when.it_value.tv_nsec = in.count() % 1'000'000 * 1'000;
    timer_settime(g_alarm, 0, &when, nullptr);
}

/// On the GUI thread, in the midst of what takes so long. The alarm goes by the time that passes, for the kernel looks at
/// a timer of processor time once in a tick, which may be later than the end of what is too long; so whether the thread
/// has used its time is looked at here.
void keep_stack(int)
{
    const int error = errno;
    const microseconds left{g_too_long - read_clock(CLOCK_THREAD_CPUTIME_ID).count()};
    if (left.count() > 0)
        set_alarm(std::max(left, microseconds{500}));
    else if (g_frame_count == 0)
        g_frame_count = backtrace(g_frames, k_most_frames);
    errno = error;
}

/// How many times as long as on the processor that the limit of `busy` is meant for (a desktop of today, with nothing else to do)
/// a piece of work takes here and now: on a slow machine, or beside a busy neighbour on the same core, the same code is not
/// at fault. Never less than 1, and not so much that a long event gets away.
double slowness_now()
{
    constexpr microseconds k_there{200};
    constexpr double k_most = 4;
    const auto begun = read_clock(CLOCK_THREAD_CPUTIME_ID);
    std::array<std::uint64_t, 256> table{};
    std::uint64_t mixed = 1, other = 2;
    for (std::uint64_t step = 0; step < 30'000; ++step) {
        mixed = mixed * 6364136223846793005U + step;
        other ^= mixed >> 17;
        auto& cell = table[other & 255];
        cell += mixed;
        if (cell & 1)
            other += step;
    }
    [[maybe_unused]] volatile std::uint64_t kept = table[mixed & 255]; // so that the work is done
    const auto took = read_clock(CLOCK_THREAD_CPUTIME_ID) - begun;
    return std::clamp(static_cast<double>(took.count()) / static_cast<double>(k_there.count()), 1.0, k_most);
}

/// What a host took from this virtual machine, all processors together, in whole ticks of 10 ms. To a thread such a pause
/// looks like work or like waiting.
microseconds stolen()
{
    char text[256];
    const int file = ::open("/proc/stat", O_RDONLY | O_CLOEXEC);
    const auto length = file < 0 ? 0 : ::read(file, text, sizeof text - 1);
    if (file >= 0)
        ::close(file);
    text[std::max<ssize_t>(length, 0)] = '\0';
    long long steal = 0; // cpu user nice system idle iowait irq softirq steal
    if (std::sscanf(text, "cpu %*d %*d %*d %*d %*d %*d %*d %lld", &steal) != 1)
        return {};
    return microseconds{steal * 1'000'000 / sysconf(_SC_CLK_TCK)};
}

/// "program(mangled+0x1f) [0x…]" with the name as it is written.
QByteArray readable(const char* symbol)
{
    const QByteArray line(symbol);
    const auto begin = line.indexOf('(') + 1, end = line.indexOf('+', begin);
    if (begin <= 0 || end <= begin)
        return line;
    int failed = 0;
    char* name = abi::__cxa_demangle(line.mid(begin, end - begin).constData(), nullptr, nullptr, &failed);
    const QByteArray shown = failed == 0 && name ? QByteArray(name) : line.mid(begin, end - begin);
    std::free(name);
    return shown;
}

QList<QByteArray> take_stack()
{
    QList<QByteArray> stack;
    const int count = g_frame_count;
    if (char** symbols = count > 0 ? backtrace_symbols(g_frames, count) : nullptr) {
        for (int frame = 0; frame < count; ++frame)
            stack.append(readable(symbols[frame]));
        std::free(symbols);
    }
    return stack;
}

} // namespace

const std::vector<GuiWatchdog::Exemption>& GuiWatchdog::exemptions()
{
    static const char* const s_frame = "Tests draw with the processor, on this thread; with a graphics card another one draws.";
    static const std::vector<Exemption> s_exemptions{
        {QEvent::Expose, nullptr, s_frame},
        {QEvent::UpdateRequest, nullptr, s_frame},
        {QEvent::Timer, nullptr, s_frame}, // a window's timer asks for its next frame
        {QEvent::Resize, nullptr, "Every item of the window finds its new place at once."},
        {QEvent::Timer, "QQuickWindowIncubationController", "Qt makes the parts of a page in slices, as long as it chooses."}};
    return s_exemptions;
}

bool GuiWatchdog::watches_this_thread() const
{
    return t_watched;
}

GuiWatchdog& GuiWatchdog::instance()
{
    static GuiWatchdog s_watchdog;
    return s_watchdog;
}

void GuiWatchdog::start(Limits limits)
{
    m_limits = {.busy = limits.busy * k_slowness, .waiting = limits.waiting * k_slowness};
    m_schedule = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    // Its first call loads a library, which a signal's handler may not.
    void* warm_up[1];
    backtrace(warm_up, 1);

    struct sigaction action {};
    action.sa_handler = keep_stack;
    action.sa_flags = SA_RESTART;
    sigaction(alarm_signal(), &action, nullptr);
    sigevent to_this_thread{};
    to_this_thread.sigev_notify = SIGEV_THREAD_ID;
    to_this_thread.sigev_signo = alarm_signal();
    to_this_thread._sigev_un._tid = static_cast<int>(syscall(SYS_gettid));
    t_watched = timer_create(CLOCK_MONOTONIC, &to_this_thread, &g_alarm) == 0;
}

GuiWatchdog::Times GuiWatchdog::now() const
{
    Times times{.busy = read_clock(CLOCK_THREAD_CPUTIME_ID), .passed = read_clock(CLOCK_MONOTONIC)};
    // Nanoseconds on a processor, nanoseconds waiting for one, and how often.
    char text[96];
    const auto length = m_schedule < 0 ? 0 : ::pread(m_schedule, text, sizeof text, 0);
    std::uint64_t ran = 0, queued = 0;
    if (length > 0) {
        const auto first = std::from_chars(text, text + length, ran);
        if (first.ptr < text + length)
            std::from_chars(first.ptr + 1, text + length, queued);
    }
    times.queued = microseconds{static_cast<std::int64_t>(queued / 1'000)};
    return times;
}

std::vector<GuiWatchdog::Finding> GuiWatchdog::take_findings()
{
    return std::exchange(m_findings, {});
}

void GuiWatchdog::enter(const QObject* receiver, const QEvent* event)
{
    if (m_depth++ > 0)
        return;
    qstrncpy(m_receiver.data(), receiver->metaObject()->className(), m_receiver.size());
    m_name = receiver->objectName();
    m_type = event->type();
    m_window = receiver->isWindowType();
    m_excused = false;
    g_frame_count = 0;
    if (const auto passed = read_clock(CLOCK_MONOTONIC); passed - m_stolen_at > k_between_looks) {
        m_stolen_at = passed;
        m_stolen_before = stolen();
    }
    m_since = now();
    g_too_long = (m_since.busy + m_limits.busy).count();
    set_alarm(m_limits.busy);
}

bool GuiWatchdog::is_exempt() const
{
    const auto& all = exemptions();
    return std::any_of(all.begin(), all.end(), [this](const Exemption& one) {
        return one.event == m_type && (one.receiver ? qstrcmp(one.receiver, m_receiver.data()) == 0 : m_window);
    });
}

void GuiWatchdog::leave()
{
    if (--m_depth > 0)
        return;
    set_alarm(microseconds{0});
    if (m_excused || is_exempt())
        return;
    const auto until = now();
    auto found = finding(m_since, until);
    if (found.busy <= m_limits.busy && (m_schedule < 0 || found.waited <= m_limits.waiting))
        return;
    const auto taken = stolen() - m_stolen_before; // counted as work, as waiting, or as some of each
    // Without the kernel's count of waiting for a processor nobody can tell one kind of waiting from the other.
    const bool waited = m_schedule >= 0 && found.waited - taken > m_limits.waiting;
    const bool busy = found.busy - taken > m_limits.busy * slowness_now();
    if (busy || waited)
        m_findings.push_back(std::move(found));
}

GuiWatchdog::Finding GuiWatchdog::finding(const Times& since, const Times& until) const
{
    const auto busy = until.busy - since.busy;
    Finding found{.receiver = {}, .name = {}, .event = {}, .busy = busy,
                  .waited = until.passed - since.passed - busy - (until.queued - since.queued), .stack = {}};
    if (found.busy <= m_limits.busy && found.waited <= m_limits.waiting)
        return found;
    const auto* name = QMetaEnum::fromType<QEvent::Type>().valueToKey(m_type);
    found.receiver = m_receiver.data();
    found.name = m_name;
    found.event = name ? QByteArray(name) : QByteArray::number(static_cast<int>(m_type));
    found.stack = take_stack();
    return found;
}

std::string GuiWatchdog::Finding::text() const
{
    const auto in_ms = [](microseconds time) { return QByteArray::number(static_cast<double>(time.count()) / 1'000, 'f', 1); };
    QByteArray line = "The GUI thread was busy for " + in_ms(busy) + " ms and waited for " + in_ms(waited) + " ms in " +
                      event + " of " + receiver;
    if (!name.isEmpty())
        line += " \"" + name.toUtf8() + '"';
    for (const auto& frame : stack)
        line += "\n    " + frame;
    return line.toStdString();
}

} // namespace kith::app
