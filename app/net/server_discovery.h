// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>

namespace kith::net {

/// Finds the server behind the domain of a handle: @mira@hollow.town may live on social.hollow.town, which
/// hollow.town tells in /.well-known/host-meta, by a redirect or in its text. GUI thread only.
class ServerDiscovery : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(QUrl)>;

    explicit ServerDiscovery(QObject* parent = nullptr);

    /// Where `typed` says that its people live; `typed` itself when it says nothing. https only, except on this very
    /// machine. `done` is not called when this object is gone.
    void find(const QUrl& typed, Done done);

private:
    QNetworkAccessManager m_manager;
};

/// The server that a host-meta document names; empty when it names none. For tests.
QUrl server_in_host_meta(const QByteArray& document);

} // namespace kith::net
