// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "common/crypto/secret.h"

#include <QObject>

#include <chrono>
#include <functional>

namespace kith::store {

/// Where the system keeps secrets. GUI thread only; answers arrive on it, unless this object is gone by then.
/// Errors: `not_found` when it has no such entry, `forbidden` when it was not opened for us, `unavailable` when there is
/// none or it does not answer, `malformed` when what it has is no key.
class Keychain : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual void read(const QString& id, std::function<void(Result<crypto::Secret>)> done) = 0;
    virtual void write(const QString& id, const crypto::Secret& key, std::function<void(Result<void>)> done) = 0;
};

/// The Secret Service or KWallet of the person's session, through QtKeychain.
class SystemKeychain final : public Keychain {
    Q_OBJECT
public:
    /// A keychain may wait for a person to open it, or for a service that never answers.
    explicit SystemKeychain(std::chrono::milliseconds timeout = std::chrono::seconds{60}, QObject* parent = nullptr);

    void read(const QString& id, std::function<void(Result<crypto::Secret>)> done) override;
    void write(const QString& id, const crypto::Secret& key, std::function<void(Result<void>)> done) override;

private:
    std::chrono::milliseconds m_timeout;
};

} // namespace kith::store
