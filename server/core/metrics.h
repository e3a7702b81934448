// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// Numbers for Prometheus. Our own registry of some 150 lines: prometheus-cpp comes with a second HTTP server (civetweb)
/// for a program that has one, and the part of it that we would use is no longer than this.
namespace kith::metrics {

/// Grows only. Any thread, without a lock.
class Counter {
public:
    void add(std::uint64_t amount = 1) { m_value.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

/// Goes up and down. Any thread, without a lock.
class Gauge {
public:
    void set(std::int64_t value) { m_value.store(value, std::memory_order_relaxed); }
    void add(std::int64_t amount = 1) { m_value.fetch_add(amount, std::memory_order_relaxed); }
    std::int64_t value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> m_value{0};
};

/// Counts observations per bucket. Any thread, without a lock.
class Histogram {
public:
    explicit Histogram(std::vector<double> bounds);
    void observe(double value);
    const std::vector<double>& bounds() const { return m_bounds; }
    /// Observations in bucket `index`, not added up; the last is everything above the last bound.
    std::uint64_t in_bucket(std::size_t index) const
    {
        return m_buckets[index].load(std::memory_order_relaxed);
    }
    double sum() const { return m_sum.load(std::memory_order_relaxed); }

private:
    std::vector<double> m_bounds;
    std::unique_ptr<std::atomic<std::uint64_t>[]> m_buckets;
    std::atomic<double> m_sum{0};
};

/// Seconds from 0.5 ms to 10 s.
std::vector<double> seconds_buckets();

using Labels = std::vector<std::pair<std::string, std::string>>;

/// All numbers of the process. Asking for a name and labels again gives the same object; keep the reference, it lives
/// as long as the registry: where much happens, nobody looks a name up each time. The same name with another type throws
/// std::logic_error, as does a name that Prometheus does not take. A name has at most 1,000 sets of labels; what comes
/// after shares one whose label values are all "other".
class Registry {
public:
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram& histogram(const std::string& name, const std::string& help,
                         const Labels& labels = {}, std::vector<double> bounds = seconds_buckets());
    /// A gauge whose value is asked for at each rendering, on the thread that renders: how full a cache is, say. `read`
    /// must not call the registry, and what it looks at lives until the last rendering.
    void gauge_from(const std::string& name, const std::string& help, const Labels& labels,
                    std::function<double()> read);
    /// The same for what only grows: hits of a cache.
    void counter_from(const std::string& name, const std::string& help, const Labels& labels,
                      std::function<double()> read);

    /// Prometheus' text format 0.0.4, names in alphabetical order; send as `text/plain; version=0.0.4`.
    std::string render() const;

private:
    struct Family;
    struct Child;
    Child& child(const std::string& name, const std::string& help, const char* type, const Labels& labels);

    mutable std::mutex m_mutex; // around looking up and rendering, never around counting
    std::vector<std::unique_ptr<Family>> m_families;
};

/// Histograms of one name that differ in one label whose values are literals of the program. Finding one again takes no
/// lock: a literal is known by its address.
class HistogramFamily {
public:
    HistogramFamily(Registry& registry, std::string name, std::string help, std::string label);
    /// `literal`: text that never moves or changes.
    Histogram& of(const char* literal);

private:
    static constexpr std::size_t k_slots = 2048;
    struct Slot {
        std::atomic<const char*> literal{nullptr};
        std::atomic<Histogram*> histogram{nullptr};
    };

    Registry& m_registry;
    std::string m_name;
    std::string m_help;
    std::string m_label;
    std::unique_ptr<Slot[]> m_slots;
};

} // namespace kith::metrics
