// SPDX-License-Identifier: Apache-2.0
#include "app/base/strings.h"

#include <algorithm>

namespace kith::app {

namespace {

bool is_decimal(const QString& id)
{
    return !id.isEmpty() && id.size() <= 20 && std::all_of(id.begin(), id.end(), [](QChar c) {
        return c >= QLatin1Char('0') && c <= QLatin1Char('9');
    });
}

} // namespace

QString sort_key(const QString& id)
{
    if (id.size() > 64)
        return {};
    return is_decimal(id) ? id.rightJustified(20, QLatin1Char('0')) : id;
}

QString id_before(const QString& id, int seconds)
{
    bool is_number = false;
    const auto number = is_decimal(id) ? id.toLongLong(&is_number) : 0;
    const auto distance = static_cast<qint64>(seconds) * 1000 << 16;
    if (!is_number || number <= distance)
        return id;
    return QString::number(number - distance);
}

} // namespace kith::app
