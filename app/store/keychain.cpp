// SPDX-License-Identifier: Apache-2.0
#include "app/store/keychain.h"

#include "app/base/strings.h"
#include "common/crypto/seal.h"

#include <QTimer>

#include <memory>

#include <qt6keychain/keychain.h>

namespace kith::store {

namespace {

const QString k_service = QStringLiteral("Kith");

/// Calls `done` with whatever comes first: the job's end, or the timeout.
template <class Job>
void start_with_deadline(Job* job, std::chrono::milliseconds timeout,
                         std::function<void(Job&, bool timed_out)> done)
{
    auto finished = std::make_shared<bool>(false);
    const auto once = [finished, done](Job& ended, bool timed_out) {
        if (!std::exchange(*finished, true))
            done(ended, timed_out);
    };
    QObject::connect(job, &QKeychain::Job::finished, job, [job, once] { once(*job, false); });
    QTimer::singleShot(timeout, job, [job, once] { once(*job, true); });
    job->start();
}

Error error_of(const QKeychain::Job& job, bool timed_out)
{
    if (timed_out)
        return fail(Errc::unavailable, "The system's keychain does not answer.");
    const auto cause = app::to_std(job.errorString());
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return fail(Errc::not_found, "The key of this profile is not in the system's keychain.", cause);
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return fail(Errc::forbidden, "The system's keychain was not opened for Kith.", cause);
    default: return fail(Errc::unavailable, "The system's keychain cannot be used.", cause);
    }
}

} // namespace

SystemKeychain::SystemKeychain(std::chrono::milliseconds timeout, QObject* parent) : Keychain(parent), m_timeout(timeout) { }

void SystemKeychain::read(const QString& id, std::function<void(Result<crypto::Secret>)> done)
{
    auto* job = new QKeychain::ReadPasswordJob(k_service, this);
    job->setKey(id);
    const auto ended = [done = std::move(done)](QKeychain::ReadPasswordJob& read, bool timed_out) {
        if (timed_out || read.error() != QKeychain::NoError)
            return done(error_of(read, timed_out));
        const auto key = crypto::from_base64(read.textData().toStdString());
        if (!key || key->size() != crypto::k_key_bytes)
            return done(fail(Errc::malformed, "The key in the system's keychain is damaged."));
        done(crypto::Secret::copy_of(*key));
    };
    start_with_deadline<QKeychain::ReadPasswordJob>(job, m_timeout, ended);
}

void SystemKeychain::write(const QString& id, const crypto::Secret& key, std::function<void(Result<void>)> done)
{
    auto* job = new QKeychain::WritePasswordJob(k_service, this);
    job->setKey(id);
    job->setTextData(QString::fromStdString(crypto::to_base64(key.view())));
    const auto ended = [done = std::move(done)](QKeychain::WritePasswordJob& written, bool timed_out) {
        if (timed_out || written.error() != QKeychain::NoError)
            return done(error_of(written, timed_out));
        done({});
    };
    start_with_deadline<QKeychain::WritePasswordJob>(job, m_timeout, ended);
}

} // namespace kith::store
