// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/note.h"

#include "federation/vocab/read.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kith::vocab {

namespace {

constexpr std::array<std::string_view, 8> k_post_types{"Note",  "Article", "Page",  "Question",
                                                       "Event", "Video",   "Audio", "Image"};

bool is_language_tag(std::string_view text)
{
    const auto fits = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), fits);
}

/// Lemmy and PeerTube say it in an object of its own.
std::string stated_language(const json::value& document)
{
    const auto* language = find(document, "language");
    auto text = language ? text_member(*language, "identifier", 35) : std::string{};
    return is_language_tag(text) && text != "und" ? text : std::string{};
}

/// The key of contentMap whose text is the content; the only key when there is just one.
std::string read_language(const json::value& document)
{
    const auto* map = find(document, "contentMap");
    const auto* members = map ? map->if_object() : nullptr;
    if (!members || members->empty())
        return stated_language(document);
    const auto* content = find(document, "content");
    for (const auto& member : *members) {
        const std::string_view key{member.key().data(), member.key().size()};
        const bool same =
            members->size() == 1 || !content || content->is_null() || *content == member.value();
        if (same)
            return is_language_tag(key) && key != "und" ? std::string{key} : std::string{};
    }
    return {};
}

std::optional<Source> read_source(const json::value& document)
{
    const auto* source = find(document, "source");
    if (!source)
        return std::nullopt;
    if (source->is_string())
        return Source{text_member(document, "source", k_max_text_bytes), "text/plain"};
    if (!source->is_object())
        return std::nullopt;
    Source read{text_member(*source, "content", k_max_text_bytes), text_member(*source, "mediaType", 128)};
    if (read.content.empty())
        return std::nullopt;
    return read;
}

} // namespace

// https://www.w3.org/TR/activitystreams-vocabulary/#dfn-attributedto allows several authors. Pleroma's chat messages and
// some older posts have only `actor`.
Authors authors_of(const json::value& document)
{
    const auto* list = find(document, "attributedTo");
    if (!list || list->is_null())
        list = find(document, "actor");
    Authors authors;
    for (const auto* author : items_of(list, k_max_keys)) {
        auto id = id_of(author);
        if (id.empty())
            continue;
        const bool better = author->is_object() && !type_among(*author, {"Person"}).empty();
        if (authors.main.empty()) {
            authors.main = std::move(id);
        } else if (better && authors.others.empty()) {
            authors.others.push_back(std::exchange(authors.main, std::move(id)));
        } else if (id != authors.main) {
            authors.others.push_back(std::move(id));
        }
    }
    return authors;
}

bool is_post(const json::value& document)
{
    return !type_among(document, k_post_types).empty();
}

Result<Note> read_note(const json::value& document)
{
    if (!document.is_object())
        return fail(Errc::invalid, "A post must be a JSON object.");
    Note note;
    note.kind = type_among(document, k_post_types);
    if (note.kind.empty())
        return fail(Errc::invalid, "The object is not a kind of post that this server reads.");
    TRY(note.id, own_id(document));
    if (!is_web_address(note.id))
        return fail(Errc::invalid, "The post has no id that is a web address.");
    auto authors = authors_of(document);
    if (authors.main.empty())
        return fail(Errc::invalid, "The post does not name its author.");
    note.attributed_to = std::move(authors.main);
    note.also_attributed_to = std::move(authors.others);

    note.content = text_member(document, "content", k_max_text_bytes);
    note.language = read_language(document);
    note.summary = text_member(document, "summary", k_max_text_bytes);
    note.sensitive = find_bool(document, "sensitive").value_or(false);
    note.name = text_member(document, "name", k_max_name_bytes);
    note.url = link_of(find(document, "url"));
    const auto parents = ids_of(find(document, "inReplyTo"), 1);
    note.in_reply_to = parents.empty() ? std::string{} : parents.front();
    note.published = time_member(document, "published");
    note.updated = time_member(document, "updated");
    note.to = ids_of(find(document, "to"), k_max_recipients);
    note.cc = ids_of(find(document, "cc"), k_max_recipients);
    note.tags = read_tags(find(document, "tag"));
    note.source = read_source(document);
    for (const auto* item : items_of(find(document, "attachment"), k_max_attachments)) {
        if (item->is_object())
            note.attachments.push_back(*item);
    }
    return note;
}

json::object write_note(const Note& note, WithContext context)
{
    json::object out;
    if (context == WithContext::Yes)
        out["@context"] = note_context();
    out["id"] = note.id;
    out["type"] = note.kind;
    out["attributedTo"] = note.attributed_to;
    put_text(out, "name", note.name);
    put_text(out, "summary", note.summary);
    out["sensitive"] = note.sensitive;
    out["content"] = note.content;
    if (!note.language.empty()) {
        json::object map;
        map[note.language] = note.content;
        out["contentMap"] = std::move(map);
    }
    if (note.source) {
        json::object source;
        source["content"] = note.source->content;
        source["mediaType"] = note.source->media_type;
        out["source"] = std::move(source);
    }
    put_text(out, "url", note.url);
    put_text(out, "inReplyTo", note.in_reply_to);
    put_time(out, "published", note.published);
    put_time(out, "updated", note.updated);
    put_list(out, "to", note.to);
    put_list(out, "cc", note.cc);
    out["tag"] = write_tags(note.tags);
    json::array attachments;
    for (const auto& attachment : note.attachments)
        attachments.push_back(attachment);
    out["attachment"] = std::move(attachments);
    return out;
}

} // namespace kith::vocab
