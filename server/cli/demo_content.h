// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace kith::cli {

/// Invented people and what they say, for `kithd demo`, pictures and tests.
struct DemoPerson {
    const char* username;
    const char* display_name;
};
struct DemoPost {
    int hours_ago;
    const char* author;
    const char* text;
    const char* warning = "";
    int answers = -1; ///< index of the post that this one answers
    const char* audience = "public";
};

/// The first is who one signs in as.
std::span<const DemoPerson> demo_people();
/// Oldest first.
std::span<const DemoPost> demo_posts();

} // namespace kith::cli
