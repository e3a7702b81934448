// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Lenient reading of ActivityStreams as plain JSON with fixed names; contexts are never loaded. A value may stand
/// where a list is expected and the reverse; an id where an object is expected and the reverse; `type` may be a list.
namespace kith::vocab {

/// Bounds of what we keep of a foreign document; the document as a whole is bounded by JsonLimits.
inline constexpr std::size_t k_max_id_bytes = 2048;
inline constexpr std::size_t k_max_name_bytes = 4096;
inline constexpr std::size_t k_max_text_bytes = 512 * 1024;
inline constexpr std::size_t k_max_recipients = 256; ///< of `to` and of `cc`, each
inline constexpr std::size_t k_max_tags = 256;
inline constexpr std::size_t k_max_attachments = 32;
inline constexpr std::size_t k_max_keys = 8;
inline constexpr std::size_t k_max_links = 64;
inline constexpr std::size_t k_max_items = 1000;

/// The items of a list, or the one value that stands in its place; null and absent give none. At most `max`.
std::vector<const json::value*> items_of(const json::value* value, std::size_t max);

/// The id of a value that is an id itself or an object with one; of a list only when it has exactly one item.
/// Empty when there is none, when it is longer than k_max_id_bytes or has spaces or control characters in it.
std::string id_of(const json::value* value);
/// The ids of a list or single value, without doubles, in order.
std::vector<std::string> ids_of(const json::value* value, std::size_t max);
/// The document's own `id`: a string, or absent (empty). `invalid` when it is anything else (a list, an object).
Result<std::string> own_id(const json::value& document);

/// The types of a document, without the ActivityStreams prefix (`as:` or the full address). At most 8.
std::vector<std::string> types_of(const json::value& document);
/// The first type of the document that is in `known`; empty when none is.
std::string type_among(const json::value& document, std::span<const std::string_view> known);
std::string type_among(const json::value& document, std::initializer_list<std::string_view> known);

/// A string member, or the first string of `<key>Map` when it is absent. NUL characters are dropped, the rest is cut
/// after `max` bytes, at a character's border.
std::string text_member(const json::value& document, std::string_view key, std::size_t max);
std::optional<Timestamp> time_member(const json::value& document, std::string_view key);

/// Whether this is an http or https address without user information, spaces or control characters, and not too long:
/// what may be kept as a link. Says nothing about authority.
bool is_web_address(std::string_view address);
/// The address of a `url`, `icon.url`, … member: a string, a Link with `href`, an object with `url`, or a list of these,
/// where a text/html Link goes first. Empty when nothing in it is a web address.
std::string link_of(const json::value* value);

} // namespace kith::vocab
