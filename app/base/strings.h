// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QString>

#include <string>
#include <string_view>

namespace kith::app {

/// Between Qt's strings and ours (UTF-8). Bytes that are not UTF-8 become replacement characters.
inline QString to_q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::string to_std(const QString& text)
{
    return text.toStdString();
}

/// A server's id as a text that sorts like the ids do: decimal ids are padded to 20 digits, others stay.
/// "" when the id is empty or longer than 64 characters.
QString sort_key(const QString& id);

/// The decimal id as it would have been given `seconds` earlier, for re-reading what raced with us; ids of other
/// servers' kinds come back unchanged. Ids: milliseconds since 1970 << 16.
QString id_before(const QString& id, int seconds);

} // namespace kith::app
