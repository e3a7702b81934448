// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kith::core {

/// Who this home server is. Recorded at the first start; another value refuses to start, because every local
/// URI is computed from it.
struct Site {
    std::string domain; ///< what stands after the @ of a handle: `hollow.town`, or `localhost:8080`
    std::string base_url; ///< no slash at the end: `https://hollow.town`

    /// The part before a path of ours, for instance uri("/users/mira").
    std::string uri(std::string_view path) const { return base_url + std::string{path}; }
};

} // namespace kith::core
