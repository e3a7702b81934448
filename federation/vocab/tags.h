// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::vocab {

/// Somebody named in a post: `href` is the actor's id, `name` the handle as written (`@bob@beta.example`).
struct Mention {
    std::string href;
    std::string name;
};

/// FEP-eb48. `name` always begins with `#`.
struct Hashtag {
    std::string name;
    std::string href;
};

/// FEP-9098. `name` has colons at both ends; its key is name and host; `updated` is the only hint for caches.
struct Emoji {
    std::string id;
    std::string name;
    std::string icon_url;
    std::optional<Timestamp> updated;
};

struct Tags {
    std::vector<Mention> mentions;
    std::vector<Hashtag> hashtags;
    std::vector<Emoji> emojis;
};

/// Reads a `tag` member (may be null); unknown and broken entries are left out; at most k_max_tags are looked at.
Tags read_tags(const json::value* tag);
json::array write_tags(const Tags& tags);

} // namespace kith::vocab
