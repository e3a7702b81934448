// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Notices as text, for what carries them between processes.
namespace kith::db {

/// The channel's name.
inline constexpr const char* k_notice_channel = "kith";
/// PostgreSQL refuses 8,000 bytes and more.
inline constexpr std::size_t k_longest_notice_text = 7900;

struct NoticeMessage {
    std::string mark; ///< of the process that said it
    std::vector<Notice> notices;
};

/// As few texts as possible, each at most k_longest_notice_text bytes; one without notices only says "I am here".
std::vector<std::string> encode_notices(const std::string& mark, const std::vector<Notice>& notices);
/// Nothing when it is none of ours, or of a version that we do not know.
std::optional<NoticeMessage> decode_notices(std::string_view text);

} // namespace kith::db
