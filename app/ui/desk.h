// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractItemModel>
#include <QObject>
#include <QString>
#include <QVariant>
#include <QtQml/qqmlregistration.h>

namespace kith::ui {

/// The few things QML cannot do by itself.
class Desk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    using QObject::QObject;

    /// Puts plain text on the clipboard.
    Q_INVOKABLE void copy(const QString& text) const;

    /// The first row of `model` whose role `role` has `value`; -1 when there is none (or no such role).
    Q_INVOKABLE int rowOf(QAbstractItemModel* model, const QString& role, const QVariant& value) const;

    /// The value of `role` in `row`; invalid when there is none.
    Q_INVOKABLE QVariant valueAt(QAbstractItemModel* model, int row, const QString& role) const;

    /// True when a font family of this name is installed.
    Q_INVOKABLE bool hasFont(const QString& family) const;
};

} // namespace kith::ui
