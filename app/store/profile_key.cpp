// SPDX-License-Identifier: Apache-2.0
#include "app/store/profile_key.h"

#include "app/base/deliver.h"
#include "app/base/strings.h"
#include "common/crypto/random.h"
#include "common/crypto/seal.h"

#include <QFileInfo>

namespace kith::store {

namespace {

/// One copy, however often the work that needs it is copied; wiped with the last of those.
std::shared_ptr<const std::string> kept_once(const QString& passphrase)
{
    return {new std::string(app::to_std(passphrase)), [](std::string* text) {
                crypto::wipe(*text);
                delete text;
            }};
}

} // namespace

Result<std::string> read_passphrase_file(const QString& file)
{
    const QFileInfo info(file);
    if (!info.isFile())
        return fail(Errc::not_found, "There is no passphrase file " + app::to_std(file) + ".");
    const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther |
                        QFileDevice::WriteOther;
    if (info.permissions() & others)
        return fail(Errc::forbidden, "Others may read the passphrase file " + app::to_std(file) +
                                         ". Allow only yourself: chmod 600.");
    TRY(auto content, read_small_file(file.toStdString(), 2048));
    content.resize(std::min(content.find_first_of("\r\n"), content.size()));
    if (content.empty())
        return fail(Errc::invalid, "The passphrase file " + app::to_std(file) + " is empty.");
    return content;
}

ProfileKey::ProfileKey(const ProfileFolder& folder, std::unique_ptr<Keychain> keychain, QObject* parent)
    : QObject(parent), m_folder(folder),
      m_keychain(keychain ? std::move(keychain) : std::make_unique<SystemKeychain>())
{
    m_pool.setMaxThreadCount(1);
}

ProfileKey::~ProfileKey()
{
    m_pool.waitForDone();
}

ProfileKey::Need ProfileKey::need() const
{
    if (m_folder.has_wrapped_key())
        return Need::Passphrase;
    if (m_folder.has_keychain_id())
        return Need::Keychain;
    return m_folder.has_store() ? Need::Lost : Need::NewKey;
}

template <class T>
void ProfileKey::in_background(std::function<Result<T>()> work, std::function<void(Result<T>)> done)
{
    app::run_in_background<Result<T>>(m_pool, this, std::move(work), std::move(done));
}

void ProfileKey::get_from_keychain(Done done)
{
    const auto id = read_small_file(m_folder.id_file(), 200);
    if (!id)
        return done(id.error());
    m_keychain->read(app::to_q(*id), std::move(done));
}

void ProfileKey::put_in_keychain(crypto::Secret secret, Finished done)
{
    const auto id = QStringLiteral("profile ") + app::to_q(crypto::random_token(12));
    const auto key = std::make_shared<crypto::Secret>(std::move(secret));
    m_keychain->write(id, *key, [this, id, key, done = std::move(done)](const Result<void>& written) {
        if (!written)
            return done(written.error());
        m_keychain->read(id, [this, id, key, done](const Result<crypto::Secret>& read_back) {
            if (!read_back)
                return done(read_back.error());
            if (!crypto::equal_in_constant_time(read_back->view(), key->view()))
                return done(fail(Errc::unavailable, "The system's keychain did not keep the key."));
            const auto note = [file = m_folder.id_file(), text = app::to_std(id)] {
                return write_private_file(file, text);
            };
            in_background<void>(note, done);
        });
    });
}

void ProfileKey::make_in_keychain(Done done)
{
    const auto key = std::make_shared<crypto::Secret>(crypto::Secret::random(crypto::k_key_bytes));
    put_in_keychain(key->clone(), [key, done = std::move(done)](const Result<void>& kept) {
        if (!kept)
            return done(kept.error());
        done(std::move(*key));
    });
}

void ProfileKey::unwrap_file(const std::filesystem::path& file, const QString& passphrase, Done done)
{
    const auto work = [file, text = kept_once(passphrase)]() -> Result<crypto::Secret> {
        TRY(const auto wrapped, read_small_file(file, k_max_wrapped_bytes));
        return unwrap_key(wrapped, *text);
    };
    in_background<crypto::Secret>(work, std::move(done));
}

void ProfileKey::unlock(const QString& passphrase, Done done)
{
    unwrap_file(m_folder.key_file(), passphrase, std::move(done));
}

void ProfileKey::recover(const QString& passphrase, Done done)
{
    unwrap_file(m_folder.recovery_file(), passphrase, std::move(done));
}

void ProfileKey::make_with_passphrase(const QString& passphrase, Done done)
{
    const auto work = [file = m_folder.key_file(), text = kept_once(passphrase)]() -> Result<crypto::Secret> {
        auto key = crypto::Secret::random(crypto::k_key_bytes);
        TRY(const auto wrapped, wrap_key(key, *text));
        TRY_VOID(write_private_file(file, wrapped));
        return key;
    };
    in_background<crypto::Secret>(work, std::move(done));
}

void ProfileKey::make_recovery(const QString& passphrase, Finished done)
{
    // The key is asked for again: while the store is open nothing of ours keeps it.
    get_from_keychain([this, text = kept_once(passphrase), done = std::move(done)](Result<crypto::Secret> found) {
        if (!found)
            return done(found.error());
        const auto key = std::make_shared<crypto::Secret>(std::move(*found));
        const auto work = [file = m_folder.recovery_file(), key, text]() -> Result<void> {
            TRY(const auto wrapped, wrap_key(*key, *text));
            return write_private_file(file, wrapped);
        };
        in_background<void>(work, done);
    });
}

} // namespace kith::store
