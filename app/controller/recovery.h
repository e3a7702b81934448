// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

namespace kith::app {

class ProfileOpener;

/// The recovery passphrase as QML sees it (`App.recovery`): whether this profile can have one, whether it has, and
/// setting it. GUI thread only.
class Recovery : public QObject {
    Q_OBJECT
    /// The key is in the system's keychain, which may be lost; a profile with a passphrase needs no second one.
    Q_PROPERTY(bool possible READ possible NOTIFY changed)
    Q_PROPERTY(bool kept READ kept NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    /// Why setting it did not work: a sentence.
    Q_PROPERTY(QString error READ error NOTIFY changed)
public:
    explicit Recovery(ProfileOpener& opener, QObject* parent = nullptr);

    bool possible() const;
    bool kept() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }

    /// Keeps a spare key that this passphrase opens, in place of an earlier one.
    Q_INVOKABLE void make(const QString& passphrase);

signals:
    void changed();
    void made();

private:
    ProfileOpener& m_opener;
    QString m_error;
    bool m_busy = false;
};

} // namespace kith::app
