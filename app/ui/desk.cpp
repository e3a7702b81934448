// SPDX-License-Identifier: Apache-2.0
#include "app/ui/desk.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>

namespace kith::ui {

void Desk::copy(const QString& text) const
{
    QGuiApplication::clipboard()->setText(text);
}

int Desk::rowOf(QAbstractItemModel* model, const QString& role, const QVariant& value) const
{
    if (!model || model->rowCount() == 0)
        return -1;
    const auto key = model->roleNames().key(role.toUtf8(), -1);
    if (key < 0)
        return -1;
    const auto found = model->match(model->index(0, 0), key, value, 1, Qt::MatchExactly);
    return found.isEmpty() ? -1 : found.first().row();
}

QVariant Desk::valueAt(QAbstractItemModel* model, int row, const QString& role) const
{
    if (!model || row < 0 || row >= model->rowCount())
        return {};
    const auto key = model->roleNames().key(role.toUtf8(), -1);
    return key < 0 ? QVariant() : model->index(row, 0).data(key);
}

bool Desk::hasFont(const QString& family) const
{
    return QFontDatabase::families().contains(family);
}

} // namespace kith::ui
