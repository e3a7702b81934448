// SPDX-License-Identifier: Apache-2.0
#include "tests/app/qml_preview/preview.h"

#include "tests/support/patience.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QGuiApplication>
#include <QMutex>
#include <QQmlComponent>
#include <QQmlIncubationController>
#include <QTest>

namespace kith::app_test {

namespace {

QMutex g_mutex;
QStringList g_warnings;

void collect(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type == QtDebugMsg || type == QtInfoMsg)
        return;
    const QMutexLocker lock(&g_mutex);
    g_warnings << message;
}

void gather(QQuickItem* item, QList<QQuickItem*>& into)
{
    if (!item->isVisible() || item->opacity() == 0)
        return;
    into << item;
    for (auto* inner : item->childItems())
        gather(inner, into);
}

int mock_type()
{
    static const int s_type =
        qmlRegisterSingletonType(QUrl(QStringLiteral("qrc:/kith-mock/MockApp.qml")), "Kith.App", 1, 0, "App");
    return s_type;
}

} // namespace

Preview::Preview(QSize size, const std::function<void(QObject&)>& setup)
{
    g_warnings.clear();
    qInstallMessageHandler(collect);
    const auto type = mock_type();
    m_engine = std::make_unique<QQmlApplicationEngine>();
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_app = m_engine->singletonInstance<QObject*>(type);
    if (!m_app)
        qFatal("The mock App does not load");
    QMetaObject::invokeMethod(m_app, "fill");
    if (setup)
        setup(*m_app);
    m_engine->load(QUrl(QStringLiteral("qrc:/qt/qml/Kith/Shell/Main.qml")));
    if (m_engine->rootObjects().isEmpty())
        qFatal("Main.qml does not load: %s", qPrintable(g_warnings.join(QLatin1Char('\n'))));
    m_window = qobject_cast<QQuickWindow*>(m_engine->rootObjects().constFirst());
    m_window->resize(size);
    m_window->requestActivate();
    wait([this] { return m_window->isExposed() && m_window->isActive(); });
    settle();
}

Preview::~Preview()
{
    m_engine.reset();
    qInstallMessageHandler(nullptr);
}

std::string Preview::warnings() const
{
    const QMutexLocker lock(&g_mutex);
    return g_warnings.join(QLatin1Char('\n')).toStdString();
}

QObject* Preview::theme() const
{
    QQmlComponent component(m_engine.get());
    component.setData("import QtQml\nimport Kith.Ui\nQtObject { property QtObject theme: Theme }", QUrl());
    const std::unique_ptr<QObject> holder(component.create());
    return holder ? holder->property("theme").value<QObject*>() : nullptr;
}

QQuickItem* Preview::item(const QString& name) const
{
    for (auto* candidate : visible_items(*m_window)) {
        if (candidate->objectName() == name)
            return candidate;
    }
    return nullptr;
}

void Preview::show(const QString& page)
{
    QMetaObject::invokeMethod(m_window, "show", Q_ARG(QVariant, page));
    settle();
}

bool Preview::wait(const std::function<bool()>& condition)
{
    return QTest::qWaitFor(condition, kith::tests::k_patience_ms);
}

void Preview::settle()
{
    // Two frames: the first makes what the second lays out. Lists make their delegates when there is time, so on a busy
    // machine it takes more: until nothing is being made and a frame looks like the one before it.
    QDeadlineTimer deadline(kith::tests::k_patience);
    QImage before;
    while (true) {
        for (int turn = 0; turn < 5; ++turn)
            QCoreApplication::processEvents();
        const auto frame = m_window->grabWindow();
        const auto* making = m_engine->incubationController();
        const bool made = !making || making->incubatingObjectCount() == 0;
        if ((made && frame == before) || deadline.hasExpired())
            return;
        before = frame;
    }
}

QStringList Preview::calls() const
{
    return m_app->property("calls").toStringList();
}

void Preview::click(const QString& name)
{
    auto* target = item(name);
    if (!target)
        qFatal("Nothing visible is called %s", qPrintable(name));
    const auto centre = target->mapToScene(QPointF(target->width() / 2, target->height() / 2)).toPoint();
    QTest::mouseClick(m_window, Qt::LeftButton, Qt::NoModifier, centre);
    settle();
}

void Preview::key(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window, key, modifiers);
    settle();
}

void Preview::type(const QString& text)
{
    for (const auto letter : text)
        QTest::keyClick(m_window, letter.toLatin1());
    settle();
}

QImage Preview::picture(const QString& name)
{
    settle();
    const auto image = m_window->grabWindow();
    const auto folder = qEnvironmentVariable("KITH_SCREENSHOTS");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        image.save(QDir(folder).filePath(name + QStringLiteral(".png")));
    return image;
}

QList<QQuickItem*> visible_items(const QQuickWindow& window)
{
    QList<QQuickItem*> all;
    gather(window.contentItem(), all);
    return all;
}

QObject* child(QObject& app, const char* name)
{
    return app.property(name).value<QObject*>();
}

void set(QObject& app, const QString& path, const QVariant& value)
{
    const auto names = path.split(QLatin1Char('.'));
    QObject* target = &app;
    for (qsizetype i = 0; i + 1 < names.size(); ++i)
        target = child(*target, names[i].toUtf8().constData());
    if (!target || !target->setProperty(names.constLast().toUtf8().constData(), value))
        qFatal("The mock has no %s", qPrintable(path));
}

} // namespace kith::app_test
