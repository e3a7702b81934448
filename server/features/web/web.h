// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::web {

/// Pages for people without the app: the front page, a profile, a public post, a hashtag. No JavaScript.
void register_web(features::Server& server);

} // namespace kith::web
