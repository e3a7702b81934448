// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "common/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kith::streaming {

/// What happens in one place, as the server publishes it.
enum class Feed {
    home,          ///< of an account: posts and deletions
    alerts,        ///< of an account: its notifications, for who streams `user`
    notifications, ///< of an account: the same, for who streams `user:notification`
    conversations, ///< of an account
    public_all,
    public_local,
    public_remote,
    public_media,
    public_local_media,
    public_remote_media,
    hashtag,
    hashtag_local
};

struct Channel {
    Feed feed = Feed::public_all;
    AccountId account = {}; ///< of the first four
    std::string tag = {};   ///< of the last two; folded

    friend auto operator<=>(const Channel&, const Channel&) = default;
};

/// Who streams, and what the token allows.
struct Listener {
    AccountId account;
    TokenId token;
    bool statuses = false;
    bool notifications = false;
};

/// A stream as a client names it. `tag` and `list` count where the stream has them.
struct StreamName {
    std::string stream;
    std::string tag;
    std::string list;
};

/// A stream that a client may have.
struct Subscription {
    std::vector<Channel> channels; ///< the first one tells subscriptions apart
    std::string shown;             ///< `"stream"` in its frames, as JSON: ["hashtag","Bread"]
};

/// Finds what is meant and whether the listener may have it. The errors are Mastodon's: `malformed` for an unknown
/// stream or a missing parameter, `unauthorized` for a scope that is missing or a list that is not the listener's.
Result<Subscription> find_subscription(const Listener& listener, const StreamName& name);

} // namespace kith::streaming
