// SPDX-License-Identifier: Apache-2.0
#include "tests/app/story/app_window.h"

#include <QImage>
#include <QTest>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kith::tests {

namespace {

int in_ms(seconds time)
{
    return static_cast<int>(std::chrono::milliseconds{time}.count());
}

bool in_sight(const QQuickItem& item)
{
    return item.isVisible() && item.width() > 0 && item.height() > 0;
}

/// Depth first, only what can be seen; the newest on top first, so that an open sheet wins over the page below it.
QQuickItem* find_below(QQuickItem& item, const std::function<bool(const QQuickItem&)>& wanted)
{
    if (!item.isVisible())
        return nullptr;
    const auto children = item.childItems();
    for (auto child = children.rbegin(); child != children.rend(); ++child)
        if (auto* found = find_below(**child, wanted))
            return found;
    return in_sight(item) && wanted(item) ? &item : nullptr;
}

void collect(QQuickItem& item, const std::function<bool(const QQuickItem&)>& wanted, std::vector<QQuickItem*>& found)
{
    if (!item.isVisible())
        return;
    if (in_sight(item) && wanted(item))
        found.push_back(&item);
    for (auto* child : item.childItems())
        collect(*child, wanted, found);
}

QString words_of(const QQuickItem& item)
{
    return item.property("text").toString();
}

std::vector<QQuickItem*> posts_with(QQuickItem& list, const QString& words)
{
    std::vector<QQuickItem*> cards;
    collect(list, [](const QQuickItem& item) { return item.objectName().startsWith(QLatin1String("postCard_")); }, cards);
    std::erase_if(cards, [&](QQuickItem* card) {
        return !find_below(*card, [&](const QQuickItem& item) { return words_of(item).contains(words); });
    });
    return cards;
}

QRectF place_of(const QQuickItem& item)
{
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()));
}

} // namespace

AppWindow::AppWindow(const QString& profile, const QString& passphrase) : m_network(m_controller.allowed_server())
{
    if (const auto taken = m_controller.take_profile(profile); !taken)
        throw std::runtime_error(taken.error().message);
    m_controller.open(passphrase);
    m_engine.setNetworkAccessManagerFactory(&m_network);
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    app::register_types(m_engine, m_controller);
    m_engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Kith/Shell/Main.qml")));
    if (!m_engine.rootObjects().isEmpty())
        m_window = qobject_cast<QQuickWindow*>(m_engine.rootObjects().first());
    if (!m_window)
        throw std::runtime_error("The window cannot be made.");
    if (!QTest::qWaitForWindowExposed(m_window, k_patience_ms))
        throw std::runtime_error("The window is not shown.");
}

AppWindow::~AppWindow() = default;

QQuickItem* AppWindow::find(const Test& wanted) const
{
    return find_below(*m_window->contentItem(), wanted);
}

QQuickItem* AppWindow::find(const char* name) const
{
    return find([name](const QQuickItem& item) { return item.objectName() == QLatin1String(name); });
}

void AppWindow::press(const std::function<QQuickItem*()>& find, const char* what)
{
    m_window->requestActivate();
    if (!QTest::qWaitForWindowActive(m_window, k_patience_ms))
        throw std::runtime_error("The window does not become active.");
    // A sheet that is still opening moves; so the place must be the same twice.
    QRectF before;
    const bool at_rest = QTest::qWaitFor(
        [&] {
            const auto* item = find();
            const auto place = item && item->isEnabled() ? place_of(*item) : QRectF();
            return std::exchange(before, place) == place && !place.isEmpty() &&
                   QRectF(QPointF(), m_window->size()).contains(place.center());
        },
        k_patience_ms);
    if (!at_rest)
        throw std::runtime_error(std::string("There is nothing to press: ") + what);
    QTest::mouseClick(m_window, Qt::LeftButton, {}, before.center().toPoint());
}

void AppWindow::click(const char* name)
{
    press([&] { return find(name); }, name);
}

void AppWindow::click_text(const char* text)
{
    const auto wanted = [text](const QQuickItem& item) { return words_of(item) == QLatin1String(text); };
    press([&] { return find(wanted); }, text);
}

void AppWindow::type(const char* name, const std::string& text)
{
    click(name);
    if (!QTest::qWaitFor([&] { return find(name) && find(name)->hasActiveFocus(); }, k_patience_ms))
        throw std::runtime_error(std::string("It does not take the keyboard: ") + name);
    QTest::keyClick(m_window, Qt::Key_A, Qt::ControlModifier);
    for (const char character : text)
        QTest::keyClick(m_window, character);
    if (words_of(*find(name)) != QString::fromStdString(text))
        throw std::runtime_error(std::string("It does not take the words: ") + name);
}

bool AppWindow::shows(const char* name, seconds within)
{
    return QTest::qWaitFor([&] { return find(name) != nullptr; }, in_ms(within));
}

bool AppWindow::hides(const char* name, seconds within)
{
    return QTest::qWaitFor([&] { return find(name) == nullptr; }, in_ms(within));
}

bool AppWindow::says(const char* words, seconds within)
{
    const auto wanted = [words](const QQuickItem& item) { return words_of(item).contains(QLatin1String(words)); };
    return QTest::qWaitFor([&] { return find(wanted) != nullptr; }, in_ms(within));
}

bool AppWindow::shows_post(const char* list, const char* words, seconds within)
{
    return QTest::qWaitFor([&] { return count_posts(list, words) > 0; }, in_ms(within));
}

int AppWindow::count_posts(const char* list, const char* words) const
{
    auto* shown = find(list);
    return shown ? static_cast<int>(posts_with(*shown, QLatin1String(words)).size()) : 0;
}

bool AppWindow::shows_as_sent(const char* words, seconds within)
{
    const auto sent = [](const QQuickItem* card) {
        return !card->objectName().startsWith(QLatin1String("postCard_outbox:"));
    };
    return QTest::qWaitFor(
        [&] {
            auto* list = find("homeList");
            const auto cards = list ? posts_with(*list, QLatin1String(words)) : std::vector<QQuickItem*>{};
            return !cards.empty() && std::all_of(cards.begin(), cards.end(), sent);
        },
        in_ms(within));
}

void AppWindow::take_picture(const char* name)
{
    const auto folder = qEnvironmentVariable("KITH_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    const auto file = folder + QLatin1Char('/') + QLatin1String(name) + QLatin1String(".png");
    if (!m_window->grabWindow().save(file))
        throw std::runtime_error("The picture cannot be written: " + file.toStdString());
}

} // namespace kith::tests
