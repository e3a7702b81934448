// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kith::addressing {

/// The four audiences that `to` and `cc` can say. Kith's narrower ones (friends, custom) go out as Direct, one document
/// per host.
enum class Audience { Public, Unlisted, Followers, Direct };

struct Addresses {
    std::vector<std::string> to;
    std::vector<std::string> cc;
};

/// public: Public in `to`, followers in `cc`; unlisted: reversed; followers: only they in `to`;
/// direct: only the actors. The mentioned actors follow in `cc` (direct: in `to`).
Addresses write_audience(Audience audience, std::string_view followers_uri,
                         const std::vector<std::string>& mentioned);

/// The reverse. A collection that is not the author's followers counts for nothing, so what is unclear is Direct.
Audience read_audience(const std::vector<std::string>& to, const std::vector<std::string>& cc,
                       std::string_view followers_uri);

/// Every address in `to` and `cc` but Public and the followers, without doubles: actors, as far as one can tell.
std::vector<std::string> recipients(const std::vector<std::string>& to,
                                    const std::vector<std::string>& cc, std::string_view followers_uri);

/// Whether the followers are addressed, alone or with others.
bool addresses_followers(const std::vector<std::string>& to, const std::vector<std::string>& cc,
                         std::string_view followers_uri);

/// The narrower of two audiences: what an Update may not widen (hostile case H37).
Audience narrower(Audience a, Audience b);

} // namespace kith::addressing
