// SPDX-License-Identifier: Apache-2.0
#include "server/db/notice_text.h"

#include <charconv>

namespace kith::db {

namespace {

// "1 MARK\n", then for each notice "TOPIC SIZE PAYLOAD\n".
constexpr std::string_view k_version = "1 ";

/// What stands before the separator, which is taken away too.
std::optional<std::string_view> cut(std::string_view& text, char separator)
{
    const auto end = text.find(separator);
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto part = text.substr(0, end);
    text.remove_prefix(end + 1);
    return part;
}

std::optional<Notice> cut_notice(std::string_view& text)
{
    const auto topic = cut(text, ' ');
    const auto digits = cut(text, ' ');
    if (!topic || !digits)
        return std::nullopt;
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), size);
    if (error != std::errc{} || end != digits->data() + digits->size() || size >= text.size() || text[size] != '\n')
        return std::nullopt;
    Notice notice{std::string{*topic}, std::string{text.substr(0, size)}};
    text.remove_prefix(size + 1);
    return notice;
}

} // namespace

std::vector<std::string> encode_notices(const std::string& mark, const std::vector<Notice>& notices)
{
    const auto head = std::string{k_version} + mark + '\n';
    std::vector<std::string> texts{head};
    for (const auto& [topic, payload] : notices) {
        const auto item = topic + ' ' + std::to_string(payload.size()) + ' ' + payload + '\n';
        if (texts.back().size() + item.size() > k_longest_notice_text)
            texts.push_back(head);
        texts.back() += item;
    }
    return texts;
}

std::optional<NoticeMessage> decode_notices(std::string_view text)
{
    if (!text.starts_with(k_version))
        return std::nullopt;
    text.remove_prefix(k_version.size());
    const auto mark = cut(text, '\n');
    if (!mark)
        return std::nullopt;
    NoticeMessage message{std::string{*mark}, {}};
    while (!text.empty()) {
        auto notice = cut_notice(text);
        if (!notice)
            return std::nullopt;
        message.notices.push_back(std::move(*notice));
    }
    return message;
}

} // namespace kith::db
