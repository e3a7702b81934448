// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"
#include "federation/vocab/tags.h"
#include "federation/vocab/write.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::vocab {

/// What the author typed, for editing.
struct Source {
    std::string content;
    std::string media_type;
};

/// A post. Article, Page, Question, Event, Video, Audio and Image are read as posts too; `kind` tells.
/// `content`, `summary` and `name` come as the peer sent them: sanitise before use.
struct Note {
    std::string kind = "Note";
    std::string id;
    std::string attributed_to; ///< The owner.
    std::vector<std::string> also_attributed_to;
    std::string content;  ///< HTML
    std::string language; ///< From contentMap; empty when the peer does not say.
    std::string summary;  ///< Shown before the content, as a warning.
    bool sensitive = false;
    std::string name; ///< Title.
    std::string url;  ///< The page for people. May be on another host: never use it for authority.
    std::string in_reply_to;
    std::optional<Timestamp> published;
    std::optional<Timestamp> updated;
    std::vector<std::string> to;
    std::vector<std::string> cc;
    Tags tags;
    std::optional<Source> source;
    std::vector<json::value> attachments; ///< As sent; objects only, at most k_max_attachments.
};

/// Who a document is attributed to, as read_note sees it: of several the one that says it is a Person (PeerTube names
/// the channel, too), else the first. Whoever decides on ownership must see the same.
struct Authors {
    std::string main;                ///< Empty when the document names nobody.
    std::vector<std::string> others; ///< At most k_max_keys - 1.
};
Authors authors_of(const json::value& document);

/// Whether the document is of a type that read_note takes.
bool is_post(const json::value& document);
/// `invalid` when it is not an object, is of another kind, has no usable id, or no author.
Result<Note> read_note(const json::value& document);
/// `to`, `cc`, `tag` and `attachment` are lists, always.
json::object write_note(const Note& note, WithContext context = WithContext::Yes);

} // namespace kith::vocab
