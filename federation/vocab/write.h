// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What all writers share. Contexts are our own constants, written for peers that read JSON-LD; we load none.
namespace kith::vocab {

/// Whether a writer puts `@context` first; No for what is embedded in another document.
enum class WithContext { No, Yes };

/// ActivityStreams alone: collections, follows and other activities that embed nothing.
json::value plain_context();
/// Posts: ActivityStreams and the names that Mastodon defined for notes.
json::value note_context();
/// Actors: ActivityStreams, keys, and the names that Mastodon and FEP-2c59 defined for actors.
json::value actor_context();

/// Adds the member unless the text is empty.
void put_text(json::object& object, std::string_view key, std::string_view text);
void put_time(json::object& object, std::string_view key, std::optional<Timestamp> at);
/// Adds the member as a list, also when it has one item or none.
void put_list(json::object& object, std::string_view key, const std::vector<std::string>& items);

} // namespace kith::vocab
