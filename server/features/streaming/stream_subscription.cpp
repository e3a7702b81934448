// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_subscription.h"

#include "common/base/json.h"
#include "common/text/fold.h"

#include <algorithm>
#include <array>
#include <optional>

namespace kith::streaming {

namespace {

constexpr std::size_t k_longest_tag = 400; ///< bytes: a hundred characters of any script

struct PublicStream {
    std::string_view name;
    Feed feed;
};
constexpr std::array k_public{
    PublicStream{"public", Feed::public_all},
    PublicStream{"public:local", Feed::public_local},
    PublicStream{"public:remote", Feed::public_remote},
    PublicStream{"public:media", Feed::public_media},
    PublicStream{"public:local:media", Feed::public_local_media},
    PublicStream{"public:remote:media", Feed::public_remote_media},
};

std::string json_list(const std::string& name, const std::string& argument = {})
{
    json::array list;
    list.emplace_back(name);
    if (!argument.empty())
        list.emplace_back(argument);
    return to_text(list);
}

Result<Subscription> hashtag(Feed feed, const StreamName& name)
{
    if (name.tag.size() > k_longest_tag)
        return fail(Errc::malformed, "The tag is too long");
    const auto tag = text::fold(name.tag.starts_with('#') ? name.tag.substr(1) : name.tag);
    if (tag.empty())
        return fail(Errc::malformed, "Missing tag name parameter");
    return Subscription{{Channel{feed, {}, tag}}, json_list(name.stream, name.tag)};
}

/// Nothing when there is no such stream.
std::optional<Result<Subscription>> find_any(const Listener& listener, const StreamName& name)
{
    const auto& stream = name.stream;
    const auto own = [&](Feed feed) { return Channel{feed, listener.account, {}}; };
    if (stream == "user") {
        Subscription found{{own(Feed::home)}, json_list(stream)};
        if (listener.notifications)
            found.channels.push_back(own(Feed::alerts));
        return found;
    }
    if (stream == "user:notification")
        return Subscription{{own(Feed::notifications)}, json_list(stream)};
    if (stream == "direct")
        return Subscription{{own(Feed::conversations)}, json_list(stream)};
    if (stream == "hashtag")
        return hashtag(Feed::hashtag, name);
    if (stream == "hashtag:local")
        return hashtag(Feed::hashtag_local, name);
    if (stream == "list") {
        if (name.list.empty())
            return fail(Errc::malformed, "Missing list name parameter");
        return fail(Errc::unauthorized, "Not authorized to stream this list"); // nobody has one yet
    }
    const auto found = std::find_if(k_public.begin(), k_public.end(),
                                    [&](const PublicStream& known) { return known.name == stream; });
    if (found == k_public.end())
        return std::nullopt;
    return Subscription{{Channel{found->feed}}, json_list(stream)};
}

} // namespace

Result<Subscription> find_subscription(const Listener& listener, const StreamName& name)
{
    auto found = find_any(listener, name);
    if (!found)
        return fail(Errc::malformed, "Unknown stream type");
    const bool allowed = name.stream == "user:notification" ? listener.notifications : listener.statuses;
    if (!allowed)
        return fail(Errc::unauthorized, "Access token does not have the required scopes");
    return std::move(*found);
}

} // namespace kith::streaming
