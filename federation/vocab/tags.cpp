// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/tags.h"

#include "federation/vocab/read.h"
#include "federation/vocab/write.h"

namespace kith::vocab {

namespace {

constexpr std::size_t k_max_tag_name_bytes = 512;

void read_tag(const json::value& tag, Tags& tags)
{
    const auto type = type_among(tag, {"Mention", "Hashtag", "Emoji"});
    auto name = text_member(tag, "name", k_max_tag_name_bytes);
    if (type == "Mention") {
        auto href = id_of(find(tag, "href"));
        if (is_web_address(href))
            tags.mentions.push_back(Mention{std::move(href), std::move(name)});
    } else if (type == "Hashtag") {
        if (!name.starts_with('#'))
            name.insert(name.begin(), '#');
        if (name.size() > 1)
            tags.hashtags.push_back(Hashtag{std::move(name), link_of(find(tag, "href"))});
    } else if (type == "Emoji") {
        auto icon = link_of(find(tag, "icon"));
        if (!name.empty() && !icon.empty())
            tags.emojis.push_back(
                Emoji{id_of(&tag), std::move(name), std::move(icon), time_member(tag, "updated")});
    }
}

} // namespace

Tags read_tags(const json::value* tag)
{
    Tags tags;
    for (const auto* item : items_of(tag, k_max_tags))
        read_tag(*item, tags);
    return tags;
}

json::array write_tags(const Tags& tags)
{
    json::array list;
    for (const auto& mention : tags.mentions) {
        json::object item;
        item["type"] = "Mention";
        item["href"] = mention.href;
        put_text(item, "name", mention.name);
        list.push_back(std::move(item));
    }
    for (const auto& hashtag : tags.hashtags) {
        json::object item;
        item["type"] = "Hashtag";
        put_text(item, "href", hashtag.href);
        item["name"] = hashtag.name;
        list.push_back(std::move(item));
    }
    for (const auto& emoji : tags.emojis) {
        json::object icon;
        icon["type"] = "Image";
        icon["url"] = emoji.icon_url;
        json::object item;
        item["type"] = "Emoji";
        put_text(item, "id", emoji.id);
        item["name"] = emoji.name;
        item["icon"] = std::move(icon);
        put_time(item, "updated", emoji.updated);
        list.push_back(std::move(item));
    }
    return list;
}

} // namespace kith::vocab
