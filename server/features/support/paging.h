// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/site.h"
#include "server/http/message.h"

#include <cstdint>
#include <optional>

/// Keyset paging as Mastodon's clients know it.
namespace kith::features {

/// A page of a list that is ordered by id, newest first.
struct Page {
    std::optional<std::int64_t> max_id;   ///< older than this
    std::optional<std::int64_t> since_id; ///< newer than this, the newest of them
    std::optional<std::int64_t> min_id;   ///< newer than this, the next of them
    std::size_t limit = 20;
};

/// Reads max_id, since_id, min_id, limit. Nonsense ids are `invalid`; a limit above `most` counts as `most`.
Result<Page> parse_page(const http::Params& params, std::size_t usual, std::size_t most);

/// The page's `Link` header: next (older) and prev (newer), with the request's other parameters kept. Empty for an
/// empty page. `oldest` and `newest` are the ids on the page.
std::string link_header(const core::Site& site, const http::Request& request, std::int64_t newest, std::int64_t oldest);


} // namespace kith::features
