// SPDX-License-Identifier: Apache-2.0
#include "tests/app/keychain/secret_service.h"

#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTest>

#include <stdexcept>

namespace kith::tests {

namespace {

SecretService* g_service = nullptr;

// Nothing is started by being asked for, so that a keyring that is gone stays gone.
constexpr const char* k_bus = R"(<busconfig>
  <type>session</type>
  <listen>unix:dir=%1</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

std::string ask_service(const char* destination, const char* path, const char* method, const char* argument)
{
    return capture({"dbus-send", "--session", "--print-reply", std::string("--dest=") + destination, path, method, argument});
}

} // namespace

SecretService* secret_service()
{
    return g_service;
}

void set_secret_service(SecretService* service)
{
    g_service = service;
}

bool SecretService::can_run()
{
    for (const auto* program : {"dbus-daemon", "dbus-send", "gnome-keyring-daemon"})
        if (QStandardPaths::findExecutable(QLatin1String(program)).isEmpty())
            return false;
    return true;
}

SecretService::SecretService()
{
    const auto config = m_folder.filePath(QStringLiteral("bus.conf"));
    QFile file(config);
    if (!file.open(QIODevice::WriteOnly))
        throw std::runtime_error("The bus's configuration cannot be written.");
    file.write(QString::fromLatin1(k_bus).arg(m_folder.path()).toUtf8());
    file.close();
    // Before anything is started: they all inherit it.
    qputenv("HOME", m_folder.path().toUtf8());
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
    qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("data")).toUtf8());
    qputenv("XDG_CURRENT_DESKTOP", "GNOME");
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    m_bus = ChildProcess({"dbus-daemon", "--nofork", "--print-address", "--config-file=" + config.toStdString()}, options);
    const auto address = m_bus.read_line();
    if (!address)
        throw std::runtime_error("The bus does not start.");
    qputenv("DBUS_SESSION_BUS_ADDRESS", QByteArray::fromStdString(*address));
}

SecretService::~SecretService() = default;

bool SecretService::is_on_the_bus() const
{
    return ask_service("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
               .find("boolean true") != std::string::npos;
}

void SecretService::start()
{
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    m_keyring = ChildProcess({"gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                              "--control-directory=" + m_folder.path().toStdString()},
                             options);
    m_keyring.write("the keyring's password");
    m_keyring.close_input();
    if (!QTest::qWaitFor([this] { return is_on_the_bus(); }, kith::tests::k_patience_ms))
        throw std::runtime_error("The keyring does not start.");
}

void SecretService::kill()
{
    m_keyring.signal(SIGKILL);
    m_keyring.wait();
    if (!QTest::qWaitFor([this] { return !is_on_the_bus(); }, kith::tests::k_patience_ms))
        throw std::runtime_error("The keyring does not go away.");
}

void SecretService::lock()
{
    ask_service("org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
                "array:objpath:/org/freedesktop/secrets/collection/login");
}

void SecretService::lose_everything()
{
    QDir(m_folder.filePath(QStringLiteral("data"))).removeRecursively();
}

} // namespace kith::tests
