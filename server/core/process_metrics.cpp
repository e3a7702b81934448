// SPDX-License-Identifier: Apache-2.0
#include "server/core/process_metrics.h"

#include <boost/version.hpp>

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace kith::metrics {

namespace {

/// The number `index` of /proc/self/statm: pages. 0: all of the address space, 1: resident.
double statm_bytes(int index)
{
    std::ifstream in{"/proc/self/statm"};
    double pages = 0;
    for (int i = 0; i <= index; ++i)
        in >> pages;
    return in ? pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) : 0;
}

double threads()
{
    std::ifstream in{"/proc/self/status"};
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("Threads:"))
            return std::stod(line.substr(8));
    return 0;
}

double open_descriptors()
{
    std::error_code ec;
    double count = 0;
    for (std::filesystem::directory_iterator it{"/proc/self/fd", ec}, end; !ec && it != end; it.increment(ec))
        ++count;
    return std::max(count - 1, 0.0); // without the one that reads the folder
}

double most_descriptors()
{
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

double cpu_seconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

void add_process_metrics(Registry& registry)
{
    registry.gauge_from("process_resident_memory_bytes", "Resident memory.", {}, [] { return statm_bytes(1); });
    registry.gauge_from("process_virtual_memory_bytes", "Address space.", {}, [] { return statm_bytes(0); });
    registry.gauge_from("process_open_fds", "Open descriptors.", {}, open_descriptors);
    registry.gauge_from("process_max_fds", "The most descriptors that may be open.", {}, most_descriptors);
    registry.gauge_from("process_threads", "Threads.", {}, threads);
    registry.counter_from("process_cpu_seconds_total", "Processor time, user and system.", {}, cpu_seconds);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto started = std::chrono::duration<double>(now).count();
    registry.gauge_from("process_start_time_seconds", "When metrics began, in seconds since 1970.", {},
                        [started] { return started; });
    registry
        .gauge("kith_build_info", "What this program is; always 1.",
               {{"version", KITH_VERSION}, {"compiler", __VERSION__}, {"boost", BOOST_LIB_VERSION}})
        .set(1);
}

} // namespace kith::metrics
