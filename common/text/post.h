// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From what somebody typed to what a post shows. Rendering may be slow (1 ms): never inside a transaction.
namespace kith::text {

enum class SourceType { plain, markdown };

constexpr std::size_t k_max_source_bytes = 64 * 1024;

/// `@name` or `@name@host[:port]` as found in a text.
struct Mention {
    std::string username;   ///< as written, without the @
    std::string domain;     ///< in ASCII lower case, with its port; empty for somebody of this server
    std::string as_written; ///< with the @
    friend bool operator==(const Mention&, const Mention&) = default;
};

struct Hashtag {
    std::string name;   ///< as written, without the #
    std::string folded; ///< what it is found by; see fold()
    friend bool operator==(const Hashtag&, const Hashtag&) = default;
};

struct ResolvedMention {
    std::string url;  ///< of the profile, http or https
    std::string acct; ///< what stands after the @ on the screen, usually the bare username
};

/// What the text refers to. Both are asked only while rendering, from the calling thread.
struct Resolver {
    /// Nothing when there is no such person: the text then stays text.
    std::function<std::optional<ResolvedMention>(const Mention&)> mention;
    /// `base_url + "/tags/" + name`, for instance.
    std::function<std::string(const Hashtag&)> hashtag_url;
};

struct Rendered {
    std::string html;               ///< safe to show; sanitised when it came from Markdown
    std::vector<Mention> mentions;  ///< those that resolved, each person once, in order
    std::vector<Hashtag> hashtags;  ///< each once by its folded name, in order
    std::vector<std::string> links; ///< http and https addresses, each once, in order
};

/// Renders a post's source. `too_large` beyond k_max_source_bytes, `invalid` when it is not UTF-8.
/// At most 500 mentions, hashtags and links become such; the rest stays text.
Result<Rendered> render_post(std::string_view source, SourceType type, const Resolver& resolver);

/// The mentions of a source, each once by (folded name, host), so that they can be resolved before rendering.
/// Nothing in code, links, mail addresses. Empty beyond k_max_source_bytes.
std::vector<Mention> extract_mentions(std::string_view source, SourceType type = SourceType::plain);

} // namespace kith::text
