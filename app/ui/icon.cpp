// SPDX-License-Identifier: Apache-2.0
#include "app/ui/icon.h"

#include <QFile>
#include <QHash>
#include <QPainter>
#include <QSvgRenderer>

namespace kith::ui {

namespace {

/// The SVG text of an icon, read from the resources once per thread (painting may happen on a render thread).
const QByteArray& svg_text(const QString& name)
{
    thread_local QHash<QString, QByteArray> texts;
    auto found = texts.find(name);
    if (found == texts.end()) {
        QFile file(QStringLiteral(":/kith/icons/%1.svg").arg(name));
        found = texts.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return *found;
}

} // namespace

Icon::Icon(QQuickItem* parent) : QQuickPaintedItem(parent)
{
    setAntialiasing(true);
}

void Icon::set_name(const QString& name)
{
    if (m_name == name)
        return;
    m_name = name;
    Q_EMIT nameChanged();
    update();
}

void Icon::set_color(const QColor& color)
{
    if (m_color == color)
        return;
    m_color = color;
    Q_EMIT colorChanged();
    update();
}

void Icon::set_flipped(bool flipped)
{
    if (m_flipped == flipped)
        return;
    m_flipped = flipped;
    Q_EMIT flippedChanged();
    update();
}

void Icon::paint(QPainter* painter)
{
    auto text = svg_text(m_name);
    if (text.isEmpty())
        return;
    text.replace("currentColor", m_color.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(text);
    if (m_flipped) {
        painter->translate(width(), 0);
        painter->scale(-1, 1);
    }
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setOpacity(m_color.alphaF());
    renderer.render(painter, QRectF(0, 0, width(), height()));
}

} // namespace kith::ui
