// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace kith::discovery {

inline constexpr std::string_view k_jrd_type = "application/jrd+json";
inline constexpr std::string_view k_activity_type = "application/activity+json";
inline constexpr std::string_view k_ld_activity_type =
    "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
inline constexpr std::string_view k_profile_page_rel = "http://webfinger.net/rel/profile-page";
inline constexpr std::string_view k_subscribe_rel = "http://ostatus.org/schema/1.0/subscribe";
/// FEP-d556: from a server's bare origin to its instance actor.
inline constexpr std::string_view k_service_rel = "https://www.w3.org/ns/activitystreams#Service";

struct JrdLink {
    std::string rel;
    std::string type;
    std::string href;
    std::string address_template; ///< `template`
};

/// What WebFinger answers, RFC 7033, 4.4.
struct Jrd {
    std::string subject;
    std::vector<std::string> aliases;
    std::vector<JrdLink> links;
};

/// `invalid` when it is not an object with a subject. At most 64 links and aliases are read.
Result<Jrd> read_jrd(const json::value& document);
json::object write_jrd(const Jrd& jrd);

/// Whether the type of a link or the Content-Type of an answer is one of the two of ActivityPub documents, with any
/// other parameters; nothing else is one (hostile case H06).
bool is_activity_media_type(std::string_view type);

/// The actor that `self` points to, with one of the two media types; empty when there is none that is a web address.
std::string self_link(const Jrd& jrd);

} // namespace kith::discovery
