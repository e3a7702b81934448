// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QQuickPaintedItem>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace kith::ui {

/// One of Kith's icons (`resources/icons/<name>.svg`) in one colour, sharp at every scale. An unknown name paints
/// nothing. It says nothing to screen readers: the control around it has the words.
class Icon : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString name READ name WRITE set_name NOTIFY nameChanged)
    Q_PROPERTY(QColor color READ color WRITE set_color NOTIFY colorChanged)
    /// Flips left and right, for icons that point somewhere in right-to-left languages.
    Q_PROPERTY(bool flipped READ flipped WRITE set_flipped NOTIFY flippedChanged)

public:
    explicit Icon(QQuickItem* parent = nullptr);

    QString name() const { return m_name; }
    QColor color() const { return m_color; }
    bool flipped() const { return m_flipped; }
    void set_name(const QString& name);
    void set_color(const QColor& color);
    void set_flipped(bool flipped);

    void paint(QPainter* painter) override;

Q_SIGNALS:
    void nameChanged();
    void colorChanged();
    void flippedChanged();

private:
    QString m_name;
    QColor m_color;
    bool m_flipped = false;
};

} // namespace kith::ui
