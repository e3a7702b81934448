// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::timelines {

/// Home, public, hashtag and account timelines.
void register_timelines(features::Server& server);
/// Sends new and deleted posts to the home streams.
void register_timeline_streaming(features::Server& server);

} // namespace kith::timelines
