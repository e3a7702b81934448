// SPDX-License-Identifier: Apache-2.0
#include "app/services/words.h"

#include <QColor>
#include <QCoreApplication>
#include <QLocale>

namespace kith::services {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Words", text);
}

} // namespace

QString time_text(const QDateTime& at, const QDateTime& now)
{
    const auto seconds = at.secsTo(now);
    if (seconds < 60)
        return tr("now");
    if (seconds < 60 * 60)
        return tr("%1 min").arg(seconds / 60);
    if (seconds < 24 * 60 * 60)
        return tr("%1 h").arg(seconds / 3600);
    if (seconds < 7 * 24 * 60 * 60)
        return tr("%1 d").arg(seconds / 86400);
    const auto day = at.toLocalTime().date();
    const bool this_year = day.year() == now.toLocalTime().date().year();
    return QLocale().toString(day, this_year ? QStringLiteral("d MMM") : QStringLiteral("d MMM yyyy"));
}

QString audience_sentence(const QString& audience)
{
    if (audience == QLatin1String("public"))
        return tr("Everyone can read it, and it can be found.");
    if (audience == QLatin1String("unlisted"))
        return tr("Everyone can read it, but it is not shown in public places.");
    if (audience == QLatin1String("followers"))
        return tr("Only people who follow the author can read it.");
    if (audience == QLatin1String("friends"))
        return tr("Only friends can read it: people who follow each other.");
    if (audience == QLatin1String("custom"))
        return tr("Only people the author chose can read it.");
    if (audience == QLatin1String("direct"))
        return tr("Only the people named in it can read it. It is not encrypted.");
    return tr("Only the author can read it.");
}

QString audience_name(const QString& audience)
{
    if (audience == QLatin1String("public"))
        return tr("Everyone");
    if (audience == QLatin1String("unlisted"))
        return tr("Everyone, quietly");
    if (audience == QLatin1String("followers"))
        return tr("Followers");
    if (audience == QLatin1String("friends"))
        return tr("Friends");
    if (audience == QLatin1String("custom"))
        return tr("Chosen people");
    if (audience == QLatin1String("direct"))
        return tr("People named in it");
    return tr("Only me");
}

QStringList chosen_audiences()
{
    return {QStringLiteral("public"),  QStringLiteral("unlisted"), QStringLiteral("followers"),
            QStringLiteral("friends"), QStringLiteral("direct"),   QStringLiteral("self")};
}

QStringList mastodon_audiences()
{
    return {QStringLiteral("public"), QStringLiteral("unlisted"), QStringLiteral("followers"), QStringLiteral("direct")};
}

QString color_of(const QString& handle)
{
    // FNV-1a: the same on every machine and in every version, unlike qHash.
    quint32 hash = 2166136261u;
    for (const auto byte : handle.toLower().toUtf8())
        hash = (hash ^ static_cast<quint8>(byte)) * 16777619u;
    constexpr quint32 k_hues = 24;
    const auto hue = (hash >> 8) % k_hues * (360 / k_hues);
    return QColor::fromHslF(static_cast<float>(hue) / 360.f, 0.44f, 0.60f).name();
}

QString initial_of(const QString& name)
{
    for (qsizetype at = 0; at < name.size(); ++at) {
        const bool pair = name[at].isHighSurrogate() && at + 1 < name.size();
        const auto letter = name.mid(at, pair ? 2 : 1);
        if (pair || letter[0].isLetterOrNumber())
            return letter.toUpper();
    }
    return QStringLiteral("?");
}

} // namespace kith::services
