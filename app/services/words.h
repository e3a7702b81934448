// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>
#include <QStringList>

namespace kith::services {

/// How long ago, in the fewest letters: "now", "12 min", "3 h", "2 d", then the day, "21 Nov" or "21 Nov 2025".
QString time_text(const QDateTime& at, const QDateTime& now);

/// Who can read a post with this audience, as a sentence.
QString audience_sentence(const QString& audience);
/// The audience's name in a list.
QString audience_name(const QString& audience);
/// Those that one can choose, in the order in which they are shown.
QStringList chosen_audiences();
/// Those of them that every server that speaks Mastodon's API knows.
QStringList mastodon_audiences();

/// A calm colour for somebody without a picture, always the same for the same handle: "#72AAC9".
QString color_of(const QString& handle);
/// The letter to stand in it.
QString initial_of(const QString& name);

} // namespace kith::services
