// SPDX-License-Identifier: Apache-2.0
// kith: the desktop app. Reads the options, builds everything, shows the window.
#include "app/controller/app_controller.h"
#include "app/controller/demo_content.h"
#include "app/controller/single_instance.h"
#include "app/net/trust.h"
#include "app/page_picture.h"
#include "app/store/profile_folder.h"
#include "app/store/profile_key.h"
#include "common/crypto/random.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include <sys/prctl.h>
#include <sys/resource.h>

namespace {

using namespace kith;

const QStringList k_pages{QStringLiteral("home"),          QStringLiteral("thread"),
                          QStringLiteral("compose"),       QStringLiteral("people"),
                          QStringLiteral("notifications"), QStringLiteral("signin"),
                          QStringLiteral("settings"),      QStringLiteral("keylost"),
                          QStringLiteral("recovery")};

struct Options {
    QString profile;
    QString passphrase_file;
    QString ca_file;
    QString sign_in;
    QString name;
    QString password_file;
    QString page;
    QString screenshot;
    QSize size{1280, 860};
    bool dark = false;
    bool first_frame = false;
};

int complain(const std::string& sentence)
{
    std::fprintf(stderr, "kith: %s\n", sentence.c_str());
    return 2;
}

/// Keys and messages must not end up in a core file, nor be readable by the user's other programs.
void forbid_core_dumps()
{
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Result<QSize> parse_size(const QString& text)
{
    const auto parts = text.split(QLatin1Char('x'));
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    if (size.width() < 200 || size.height() < 200 || size.width() > 8000 || size.height() > 8000)
        return fail(Errc::invalid,
                    "--size wants WIDTHxHEIGHT, each 200 to 8000, for instance 1280x860.");
    return size;
}

Result<Options> read_options(const QCoreApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Kith, a social network that nobody owns."));
    parser.addHelpOption();
    parser.addVersionOption();
    const auto option = [](const char* name, const char* description, const char* value = "") {
        return QCommandLineOption(QString::fromLatin1(name), QString::fromLatin1(description),
                                  QString::fromLatin1(value));
    };
    parser.addOptions({
        option("profile", "Keep everything in this folder.", "DIR"),
        option("passphrase-file", "Open the profile with the first line of this file (mode 0600).", "FILE"),
        option("ca-file", "Trust the certificate authorities in this PEM file too.", "FILE"),
        option("sign-in", "Sign in to this server when the profile is signed out; with --account and --password-file.", "URL"),
        // Not --name: Qt takes that for X11's before we see it.
        option("account", "With --sign-in: the account's name.", "NAME"),
        option("password-file", "With --sign-in: its first line is the password (mode 0600).", "FILE"),
        option("page", "Show this page of a demonstration: home, thread, compose, people, notifications, signin, settings, keylost or recovery.",
               "NAME"),
        option("screenshot", "Write a picture (PNG) of the first page, or of --page, and end.", "FILE"),
        option("dark", "With --page: in dark colours."),
        option("first-frame", "Write the system's monotonic clock in ms when the first posts are drawn, and end; for measuring."),
        option("size", "With --page: the window's size.", "WIDTHxHEIGHT"),
    });
    parser.process(application);

    Options options;
    options.profile = parser.value(QStringLiteral("profile"));
    options.passphrase_file = parser.value(QStringLiteral("passphrase-file"));
    options.ca_file = parser.value(QStringLiteral("ca-file"));
    options.sign_in = parser.value(QStringLiteral("sign-in"));
    options.name = parser.value(QStringLiteral("account"));
    options.password_file = parser.value(QStringLiteral("password-file"));
    options.page = parser.value(QStringLiteral("page"));
    options.screenshot = parser.value(QStringLiteral("screenshot"));
    options.dark = parser.isSet(QStringLiteral("dark"));
    options.first_frame = parser.isSet(QStringLiteral("first-frame"));
    if (!parser.positionalArguments().isEmpty())
        return fail(Errc::invalid,
                    "This is not an option: " + parser.positionalArguments().first().toStdString());
    if (!options.page.isEmpty() && !k_pages.contains(options.page))
        return fail(Errc::invalid, "There is no page called " + options.page.toStdString() +
                                       ". There are: " + k_pages.join(QStringLiteral(", ")).toStdString() + ".");
    if (options.sign_in.isEmpty() != options.name.isEmpty() || options.sign_in.isEmpty() != options.password_file.isEmpty())
        return fail(Errc::invalid, "--sign-in, --account and --password-file go together.");
    if (parser.isSet(QStringLiteral("size"))) {
        TRY(options.size, parse_size(parser.value(QStringLiteral("size"))));
    }
    return options;
}

/// Pictures and words need no screen. Qt chooses before it lets us read our options, and aborts without one.
bool choose_screen(const std::vector<std::string_view>& arguments)
{
    const auto given = [&](std::initializer_list<std::string_view> names) {
        return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view argument) {
            return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
                return argument.substr(0, argument.find('=')) == name;
            });
        });
    };
    if (!qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || given({"-platform", "--platform"}))
        return true;
    if (given({"--screenshot", "--help", "-h", "--version", "-v"})) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        return true;
    }
    return !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

/// The first frame with posts in it, from the store.
void report_first_frame(QQuickWindow& window, app::AppController& controller)
{
    QObject::connect(&window, &QQuickWindow::frameSwapped, &window, [&controller] {
        if (controller.state() != QLatin1String("ready") || controller.home()->rowCount() == 0)
            return;
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
        std::printf("%.1f\n", static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6);
        QCoreApplication::exit(0);
    });
}

/// What Main.qml calls the page.
QString place_of(const QString& page)
{
    if (page == QLatin1String("thread"))
        return QStringLiteral("thread:") + QLatin1String(app::k_demo_thread_id);
    return page.isEmpty() || page == QLatin1String("signin") ? QStringLiteral("home") : page;
}

/// Signs in once, as soon as the profile turns out to be signed out. Nothing happens to a profile that is signed in.
Result<void> sign_in_when_asked(app::AppController& controller, const Options& options)
{
    if (options.sign_in.isEmpty())
        return {};
    TRY(const auto text, store::read_passphrase_file(options.password_file));
    const auto password = QString::fromStdString(text);
    QObject::connect(
        &controller, &app::AppController::stateChanged, &controller,
        [&controller, server = options.sign_in, name = options.name, password] {
            if (controller.state() == QLatin1String("signedOut") && !controller.busy() && controller.signInError().isEmpty())
                controller.signIn(server, name, password);
        });
    QObject::connect(&controller, &app::AppController::signInErrorChanged, &controller, [&controller] {
        if (!controller.signInError().isEmpty())
            complain(controller.signInError().toStdString());
    });
    return {};
}

/// Runs without a person do one thing, and on this very profile.
bool is_for_a_person(const Options& options)
{
    return options.sign_in.isEmpty() && options.screenshot.isEmpty() && !options.first_frame;
}

/// What a start comes to: a window of its own, or the one that another process has already.
enum class Begun { Here, ElsewhereShown };

Result<Begun> begin(app::AppController& controller, app::SingleInstance& instance, const Options& options)
{
    if (!options.page.isEmpty()) {
        controller.open_demo(options.page);
        return Begun::Here;
    }
    QString passphrase;
    if (!options.passphrase_file.isEmpty()) {
        TRY(const auto text, store::read_passphrase_file(options.passphrase_file));
        passphrase = QString::fromStdString(text);
    }
    const auto folder = options.profile.isEmpty() ? store::ProfileFolder::default_folder() : options.profile;
    const std::filesystem::path native{QFile::encodeName(QDir(folder).absolutePath()).toStdString()};
    const auto taken = controller.take_profile(folder);
    if (!taken && taken.error().code == Errc::conflict && is_for_a_person(options)) {
        constexpr std::chrono::seconds k_patience{5};
        TRY_VOID(app::SingleInstance::ask_first(native, qgetenv("XDG_ACTIVATION_TOKEN"), k_patience));
        return Begun::ElsewhereShown;
    }
    if (!taken)
        return taken.error();
    if (const auto listening = instance.listen(native); !listening)
        complain(listening.error().message);
    controller.set_recovery_offer(is_for_a_person(options));
    TRY_VOID(sign_in_when_asked(controller, options));
    controller.open(passphrase);
    return Begun::Here;
}

/// Another start of the same profile brings our window to the front.
void show_when_wanted(QQuickWindow& window, app::SingleInstance& instance)
{
    QObject::connect(&instance, &app::SingleInstance::show_wanted, &window, [&window](const QByteArray& token) {
        // Where Wayland's plugin looks for the permission to take the focus.
        if (!token.isEmpty())
            qputenv("XDG_ACTIVATION_TOKEN", token);
        if (window.windowStates() & Qt::WindowMinimized)
            window.setWindowStates(window.windowStates() & ~Qt::WindowMinimized);
        window.show();
        window.raise();
        window.requestActivate();
    });
}

} // namespace

int main(int argc, char** argv)
{
    forbid_core_dumps();
    if (!choose_screen(std::vector<std::string_view>(argv + 1, argv + argc)))
        return complain("There is no display to open a window on. With --page NAME --screenshot "
                        "FILE none is needed.");

    QGuiApplication application(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("kith"));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Kith"));
    QGuiApplication::setApplicationVersion(QStringLiteral(KITH_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("kith"));
    QQuickStyle::setStyle(QStringLiteral("Basic"));

    const auto options = read_options(application);
    if (!options)
        return complain(options.error().message);
    if (const auto ready = crypto::init(); !ready)
        return complain(ready.error().message);
    if (!options->ca_file.isEmpty())
        if (const auto trusted = net::trust_also(options->ca_file); !trusted)
            return complain(trusted.error().message);
    if (!options->screenshot.isEmpty())
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);

    app::AppController controller;
    app::SingleInstance instance;
    const auto begun = begin(controller, instance, *options);
    if (!begun)
        return complain(begun.error().message);
    if (*begun == Begun::ElsewhereShown)
        return 0;
    if (!options->page.isEmpty())
        controller.setColorScheme(options->dark ? QStringLiteral("dark") : QStringLiteral("light"));

    app::QmlNetwork network(controller.allowed_server());
    QQmlApplicationEngine engine;
    engine.setNetworkAccessManagerFactory(&network);
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    app::register_types(engine, controller);
    if (!options->page.isEmpty())
        engine.setInitialProperties({{QStringLiteral("page"), place_of(options->page)}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Kith/Shell/Main.qml")));
    auto* window = engine.rootObjects().isEmpty()
                       ? nullptr
                       : qobject_cast<QQuickWindow*>(engine.rootObjects().first());
    if (!window)
        return complain("The window cannot be made.");
    if (!options->page.isEmpty() || !options->screenshot.isEmpty())
        window->resize(options->size);

    show_when_wanted(*window, instance);
    std::optional<app::PagePicture> picture;
    if (!options->screenshot.isEmpty())
        picture.emplace(*window, controller, options->screenshot,
                        options->sign_in.isEmpty() ? app::PagePicture::Shows::AnyPage : app::PagePicture::Shows::Home);
    if (options->first_frame)
        report_first_frame(*window, controller);
    return QGuiApplication::exec();
}
