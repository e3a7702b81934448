// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QLocalServer>
#include <QObject>

#include <chrono>
#include <filesystem>

namespace kith::app {

/// One Kith per profile: the first one listens on a socket in the profile's folder (mode 0700, so only its owner comes
/// that far), and a second start asks it to show its window. GUI thread only.
class SingleInstance : public QObject {
    Q_OBJECT
public:
    explicit SingleInstance(QObject* parent = nullptr);
    ~SingleInstance() override;

    /// Call with the profile's lock held: a socket that is there is left over from a process that was killed.
    /// `unavailable` where the folder's file system knows no sockets; then a second start is only refused.
    Result<void> listen(const std::filesystem::path& folder);

    /// For the second start: asks the first one to show its window. `activation_token` is what the desktop gave us for
    /// that (XDG_ACTIVATION_TOKEN; may be empty). Waits, for there is no window yet: `unavailable` when the
    /// first one does not answer within `patience`.
    static Result<void> ask_first(const std::filesystem::path& folder, const QByteArray& activation_token,
                                  std::chrono::milliseconds patience);

signals:
    void show_wanted(const QByteArray& activation_token);

private:
    void accept();
    void read(QLocalSocket& socket);

    QLocalServer m_server;
    int m_folder = -1; ///< open as long as we listen: the socket's address goes through it
};

} // namespace kith::app
