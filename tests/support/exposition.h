// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace kith::tests {

/// Prometheus' text format 0.0.4, read strictly: what a scraper would take and what it would only guess at.
struct Exposition {
    std::map<std::string, double> samples;    ///< by the name and labels as written
    std::map<std::string, std::string> types; ///< by family
    std::vector<std::string> problems;        ///< empty: all is well

    /// The sum of all samples whose text begins so.
    double sum(const std::string& begins_with) const;
};
Exposition read_exposition(const std::string& text);

} // namespace kith::tests
