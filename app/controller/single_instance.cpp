// SPDX-License-Identifier: Apache-2.0
#include "app/controller/single_instance.h"

#include "app/base/strings.h"

#include <QDeadlineTimer>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

#include <fcntl.h>
#include <unistd.h>

namespace kith::app {

namespace {

constexpr auto k_question = "show ";
constexpr auto k_answer = "shown\n";
constexpr qint64 k_most_bytes = 1024;

int open_folder(const std::filesystem::path& folder)
{
    return ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/// A socket's address has 108 bytes, a folder's path may have more; this one is always short.
QString address_in(int folder)
{
    return QStringLiteral("/proc/self/fd/%1/profile.socket").arg(folder);
}

} // namespace

SingleInstance::SingleInstance(QObject* parent) : QObject(parent)
{
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

SingleInstance::~SingleInstance()
{
    m_server.close();
    if (m_folder >= 0)
        ::close(m_folder);
}

Result<void> SingleInstance::listen(const std::filesystem::path& folder)
{
    m_folder = open_folder(folder);
    const auto address = address_in(m_folder);
    QLocalServer::removeServer(address);
    if (m_folder < 0 || !m_server.listen(address))
        return fail(Errc::unavailable, "A second start cannot find this one.", to_std(m_server.errorString()));
    return {};
}

void SingleInstance::accept()
{
    constexpr int k_patience_ms = 5'000;
    while (auto* socket = m_server.nextPendingConnection()) {
        socket->setReadBufferSize(k_most_bytes);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(*socket); });
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(k_patience_ms, socket, &QLocalSocket::abort);
    }
}

void SingleInstance::read(QLocalSocket& socket)
{
    if (!socket.canReadLine()) {
        if (socket.bytesAvailable() >= k_most_bytes)
            socket.abort();
        return;
    }
    const auto line = socket.readLine(k_most_bytes);
    if (!line.startsWith(k_question))
        return socket.abort();
    socket.write(k_answer);
    socket.disconnectFromServer();
    emit show_wanted(line.mid(static_cast<qsizetype>(qstrlen(k_question))).trimmed());
}

Result<void> SingleInstance::ask_first(const std::filesystem::path& folder, const QByteArray& activation_token,
                                       std::chrono::milliseconds patience)
{
    constexpr unsigned long k_pause_ms = 50;
    const QDeadlineTimer deadline(patience);
    const int descriptor = open_folder(folder);
    QLocalSocket socket;
    bool shown = false;
    // The first one may have the lock already, but not its socket yet.
    while (!shown && !deadline.hasExpired()) {
        socket.connectToServer(address_in(descriptor));
        if (!socket.waitForConnected(static_cast<int>(deadline.remainingTime()))) {
            socket.abort();
            QThread::msleep(k_pause_ms);
            continue;
        }
        socket.write(k_question + activation_token + '\n');
        while (!socket.canReadLine() && socket.waitForReadyRead(static_cast<int>(deadline.remainingTime()))) { }
        shown = socket.readLine() == k_answer;
        socket.abort();
    }
    if (descriptor >= 0)
        ::close(descriptor);
    if (!shown)
        return fail(Errc::unavailable, "Kith is already open with this profile, but it does not answer.");
    return {};
}

} // namespace kith::app
