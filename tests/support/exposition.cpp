// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exposition.h"

#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

namespace kith::tests {

namespace {

// https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
const std::regex k_help{R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*))"};
const std::regex k_type{R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped))"};
const std::regex k_sample{R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+))"};
const std::regex k_label{R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$))re"};

double number(const std::string& text, bool& good)
{
    if (text == "+Inf" || text == "-Inf")
        return text == "+Inf" ? INFINITY : -INFINITY;
    if (text == "NaN")
        return NAN;
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    good = good && !text.empty() && end == text.c_str() + text.size();
    return value;
}

/// Buckets of one histogram with one set of labels.
struct Buckets {
    std::vector<std::pair<double, double>> values; ///< bound, count
    double count = -1;
    bool has_sum = false;
};

class Reader {
public:
    Exposition read(const std::string& text)
    {
        if (text.empty() || text.back() != '\n')
            complain("does not end in a line break", text.substr(0, 40));
        std::istringstream in{text};
        for (std::string line; std::getline(in, line);)
            read_line(line);
        for (const auto& [name, buckets] : m_histograms)
            check(name, buckets);
        return std::move(m_out);
    }

private:
    void complain(const std::string& what, const std::string& where) { m_out.problems.push_back(what + ": " + where); }

    void read_line(const std::string& line)
    {
        std::smatch match;
        if (std::regex_match(line, match, k_help)) {
            if (!m_helped.insert(match[1]).second)
                complain("a second HELP", line);
            m_family.clear();
        } else if (std::regex_match(line, match, k_type)) {
            m_family = match[1];
            if (!m_helped.contains(m_family) || !m_out.types.emplace(m_family, match[2]).second)
                complain("a TYPE without HELP, or a second one", line);
        } else if (std::regex_match(line, match, k_sample)) {
            read_sample(line, match[1], match[3], match[4]);
        } else {
            complain("not a line of the format", line);
        }
    }

    void read_sample(const std::string& line, const std::string& name, const std::string& labels, const std::string& text)
    {
        bool good = true;
        const double value = number(text, good);
        std::set<std::string> names;
        std::string others, le;
        auto rest = labels;
        for (std::smatch label; !rest.empty() && good; rest = label.suffix()) {
            good = std::regex_search(rest, label, k_label, std::regex_constants::match_continuous) &&
                   names.insert(label[1]).second && !(label[3] == "," && label.suffix().length() == 0);
            if (!good)
                break;
            if (label[1] == "le")
                le = label[2];
            else
                others += label[0].str();
        }
        if (!good || !m_out.samples.emplace(line.substr(0, line.rfind(' ')), value).second)
            complain("a bad label or value, or twice the same", line);
        const auto type = m_out.types.find(m_family);
        if (type == m_out.types.end())
            return complain("a sample outside of its family", line);
        if (type->second == "histogram") {
            while (!others.empty() && others.back() == ',')
                others.pop_back();
            auto& buckets = m_histograms[m_family + "{" + others];
            if (name == m_family + "_bucket" && !le.empty())
                buckets.values.emplace_back(number(le, good), value);
            else if (name == m_family + "_count" && le.empty())
                buckets.count = value;
            else if (name == m_family + "_sum" && le.empty())
                buckets.has_sum = true;
            else
                complain("not a sample of a histogram", line);
        } else if (name != m_family) {
            complain("a sample outside of its family", line);
        }
        if (type->second == "counter" && !(value >= 0))
            complain("a counter below zero", line);
        if (type->second == "counter" && !name.ends_with("_total"))
            complain("a counter that is not called _total", line);
    }

    void check(const std::string& name, const Buckets& buckets)
    {
        bool good = buckets.has_sum && !buckets.values.empty() && std::isinf(buckets.values.back().first) &&
                    buckets.values.back().second == buckets.count;
        for (std::size_t i = 1; i < buckets.values.size(); ++i)
            good = good && buckets.values[i - 1].first < buckets.values[i].first &&
                   buckets.values[i - 1].second <= buckets.values[i].second;
        if (!good)
            complain("buckets that do not add up", name);
    }

    Exposition m_out;
    std::string m_family;
    std::set<std::string> m_helped;
    std::map<std::string, Buckets> m_histograms;
};

} // namespace

double Exposition::sum(const std::string& begins_with) const
{
    double sum = 0;
    for (const auto& [name, value] : samples)
        sum += name.starts_with(begins_with) ? value : 0;
    return sum;
}

Exposition read_exposition(const std::string& text)
{
    return Reader{}.read(text);
}

} // namespace kith::tests
