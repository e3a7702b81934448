// SPDX-License-Identifier: Apache-2.0
#include "server/core/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <stdexcept>

namespace kith::metrics {

namespace {

constexpr std::size_t k_max_children = 1000;

std::string number(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), error == std::errc{} ? end : text.data()};
}

std::string escape(const std::string& text, bool quote)
{
    std::string out;
    for (const char character : text) {
        if (character == '\\')
            out += "\\\\";
        else if (character == '\n')
            out += "\\n";
        else if (character == '"' && quote)
            out += "\\\"";
        else
            out += character;
    }
    return out;
}

/// `{a="1",b="2"}`, or nothing without labels.
std::string label_text(const Labels& labels)
{
    std::string out;
    for (const auto& [name, value] : labels)
        out += (out.empty() ? "{" : ",") + name + "=\"" + escape(value, true) + "\"";
    return out.empty() ? out : out + "}";
}

std::string with_bound(const std::string& labels, const std::string& bound)
{
    const auto own = "le=\"" + bound + "\"}";
    return labels.empty() ? "{" + own : labels.substr(0, labels.size() - 1) + "," + own;
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without the colon.
void check_name(const std::string& name, bool is_label)
{
    bool good = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
    for (const char c : name)
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                        (c == ':' && !is_label));
    if (!good || (is_label && name == "le"))
        throw std::logic_error("no name for a metric: " + name);
}

} // namespace

struct Registry::Child {
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
};

struct Registry::Family {
    std::string name;
    std::string help;
    std::string type;
    std::map<std::string, Child> children; // by label text; a map's nodes stay where they are
};

Histogram::Histogram(std::vector<double> bounds)
    : m_bounds(std::move(bounds)),
      m_buckets(std::make_unique<std::atomic<std::uint64_t>[]>(m_bounds.size() + 1))
{
}

void Histogram::observe(double value)
{
    const auto bucket = std::lower_bound(m_bounds.begin(), m_bounds.end(), value) - m_bounds.begin();
    m_buckets[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    m_sum.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> seconds_buckets()
{
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Child& Registry::child(const std::string& name, const std::string& help, const char* type,
                                 const Labels& labels)
{
    auto place = std::lower_bound(
        m_families.begin(), m_families.end(), name,
        [](const auto& family, const std::string& wanted) { return family->name < wanted; });
    if (place == m_families.end() || (*place)->name != name) {
        check_name(name, false);
        auto family = std::make_unique<Family>();
        family->name = name;
        family->help = help;
        family->type = type;
        place = m_families.insert(place, std::move(family));
    }
    auto& family = **place;
    if (family.type != type)
        throw std::logic_error("the metric " + name + " is a " + family.type + ", not a " + type);
    for (const auto& [label, value] : labels)
        check_name(label, true);
    auto key = label_text(labels);
    if (family.children.size() >= k_max_children && !family.children.contains(key)) {
        auto other = labels;
        for (auto& [label, value] : other)
            value = "other";
        key = label_text(other);
    }
    return family.children[key];
}

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels)
{
    const std::lock_guard lock(m_mutex);
    auto& found = child(name, help, "counter", labels);
    if (!found.counter)
        found.counter = std::make_unique<Counter>();
    return *found.counter;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels)
{
    const std::lock_guard lock(m_mutex);
    auto& found = child(name, help, "gauge", labels);
    if (!found.gauge)
        found.gauge = std::make_unique<Gauge>();
    return *found.gauge;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help,
                               const Labels& labels, std::vector<double> bounds)
{
    const std::lock_guard lock(m_mutex);
    auto& found = child(name, help, "histogram", labels);
    if (!found.histogram)
        found.histogram = std::make_unique<Histogram>(std::move(bounds));
    return *found.histogram;
}

void Registry::gauge_from(const std::string& name, const std::string& help, const Labels& labels,
                          std::function<double()> read)
{
    const std::lock_guard lock(m_mutex);
    child(name, help, "gauge", labels).read = std::move(read);
}

void Registry::counter_from(const std::string& name, const std::string& help, const Labels& labels,
                            std::function<double()> read)
{
    const std::lock_guard lock(m_mutex);
    child(name, help, "counter", labels).read = std::move(read);
}

HistogramFamily::HistogramFamily(Registry& registry, std::string name, std::string help, std::string label)
    : m_registry(registry), m_name(std::move(name)), m_help(std::move(help)), m_label(std::move(label)),
      m_slots(std::make_unique<Slot[]>(k_slots))
{
}

Histogram& HistogramFamily::of(const char* literal)
{
    auto at = (reinterpret_cast<std::uintptr_t>(literal) * 0x9E3779B97F4A7C15U) >> 53; // 11 bits: k_slots
    for (std::size_t tries = 0; tries < 16; ++tries, at = (at + 1) % k_slots) {
        auto& slot = m_slots[at];
        const char* known = slot.literal.load(std::memory_order_acquire);
        if (known == literal)
            if (auto* histogram = slot.histogram.load(std::memory_order_acquire))
                return *histogram;
        if (known && known != literal)
            continue;
        auto& histogram = m_registry.histogram(m_name, m_help, {{m_label, literal}});
        const char* nobody = nullptr;
        if (known == literal || slot.literal.compare_exchange_strong(nobody, literal) || nobody == literal)
            slot.histogram.store(&histogram, std::memory_order_release);
        return histogram;
    }
    return m_registry.histogram(m_name, m_help, {{m_label, literal}});
}

// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
std::string Registry::render() const
{
    const std::lock_guard lock(m_mutex);
    std::string out;
    for (const auto& family : m_families) {
        out += "# HELP " + family->name + " " + escape(family->help, false) + "\n";
        out += "# TYPE " + family->name + " " + family->type + "\n";
        for (const auto& [labels, child] : family->children) {
            if (child.counter)
                out += family->name + labels + " " + std::to_string(child.counter->value()) + "\n";
            if (child.gauge)
                out += family->name + labels + " " + std::to_string(child.gauge->value()) + "\n";
            if (child.read)
                out += family->name + labels + " " + number(child.read()) + "\n";
            if (!child.histogram)
                continue;
            const auto& bounds = child.histogram->bounds();
            std::uint64_t total = 0;
            for (std::size_t index = 0; index <= bounds.size(); ++index) {
                total += child.histogram->in_bucket(index);
                const auto bound = index < bounds.size() ? number(bounds[index]) : "+Inf";
                out += family->name + "_bucket" + with_bound(labels, bound) + " " + std::to_string(total) + "\n";
            }
            out += family->name + "_sum" + labels + " " + number(child.histogram->sum()) + "\n";
            out += family->name + "_count" + labels + " " + std::to_string(total) + "\n";
        }
    }
    return out;
}

} // namespace kith::metrics
