// SPDX-License-Identifier: Apache-2.0
#include "app/store/profile_key.h"

#include "app/base/deliver.h"
#include "app/base/strings.h"
#include "common/base/json.h"
#include "common/crypto/password.h"
#include "common/crypto/random.h"
#include "common/crypto/seal.h"

#include <QFileInfo>
#include <QTimer>

#include <qt6keychain/keychain.h>

namespace kith::store {

namespace {

constexpr std::string_view k_purpose = "kith profile key";
constexpr std::size_t k_max_file_bytes = 4096;
const QString k_service = QStringLiteral("Kith");

std::string text_of(crypto::ByteView bytes)
{
    return crypto::to_base64(bytes);
}

/// Calls `done` with whatever comes first: the job's end, or the timeout. A keychain may wait for a person or for a
/// service that never answers.
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

Error keychain_error(const QKeychain::Job& job, bool timed_out)
{
    if (timed_out)
        return fail(Errc::unavailable, "The system's keychain does not answer.");
    if (job.error() == QKeychain::EntryNotFound)
        return fail(Errc::not_found, "The key of this profile is not in the system's keychain.");
    return fail(Errc::unavailable, "The system's keychain cannot be used.", app::to_std(job.errorString()));
}

} // namespace

Result<std::string> wrap_key(const crypto::Secret& key, std::string_view passphrase)
{
    if (app::to_q(passphrase).size() < k_min_passphrase_characters)
        return fail(Errc::invalid, "Take a passphrase of at least 8 characters.");
    const crypto::Argon2Params cost{.operations = 3, .memory_bytes = 64 << 20};
    const auto salt = crypto::random_bytes(crypto::k_salt_bytes);
    TRY(const auto wrapping, crypto::derive_key(passphrase, salt, crypto::k_key_bytes, cost));
    TRY(const auto sealed, crypto::seal(wrapping, key.view(), k_purpose));
    return to_text(json::object{{"version", 1},
                                {"kdf", "argon2id"},
                                {"operations", cost.operations},
                                {"memory_bytes", cost.memory_bytes},
                                {"salt", text_of(salt)},
                                {"sealed", text_of(sealed)}});
}

Result<crypto::Secret> unwrap_key(std::string_view file, std::string_view passphrase)
{
    const auto damaged = [] { return fail(Errc::malformed, "The file profile.key is damaged."); };
    const auto document = parse_json(file, {.max_bytes = k_max_file_bytes, .max_depth = 4});
    if (!document)
        return damaged();
    const auto operations = find_int(*document, "operations").value_or(0);
    const auto memory = find_int(*document, "memory_bytes").value_or(0);
    const auto salt = crypto::from_base64(find_string(*document, "salt").value_or(std::string{}));
    const auto sealed = crypto::from_base64(find_string(*document, "sealed").value_or(std::string{}));
    const bool known =
        find_int(*document, "version") == 1 && find_string(*document, "kdf") == "argon2id";
    // Bounds, so that a planted file cannot eat the machine.
    if (!known || !salt || !sealed || salt->size() != crypto::k_salt_bytes || operations < 1 ||
        operations > 10 || memory < (8 << 20) || memory > (1 << 30))
        return damaged();

    TRY(const auto wrapping, crypto::derive_key(passphrase, *salt, crypto::k_key_bytes,
                                                {.operations = static_cast<unsigned>(operations),
                                                 .memory_bytes = static_cast<std::size_t>(memory)}));
    auto key = crypto::open(wrapping, *sealed, k_purpose);
    if (!key && key.error().code == Errc::forbidden)
        return fail(Errc::forbidden, "That passphrase does not open this profile.");
    if (!key || key->size() != crypto::k_key_bytes)
        return damaged();
    return key;
}

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

ProfileKey::ProfileKey(const ProfileFolder& folder, QObject* parent)
    : QObject(parent), m_folder(folder)
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

void ProfileKey::get_from_keychain(Done done)
{
    const auto id = read_small_file(m_folder.id_file(), 200);
    if (!id)
        return done(id.error());
    read_keychain(app::to_q(*id), std::move(done));
}

void ProfileKey::make_in_keychain(Done done)
{
    const auto id = QStringLiteral("profile ") + app::to_q(crypto::random_token(12));
    const auto key = std::make_shared<crypto::Secret>(crypto::Secret::random(crypto::k_key_bytes));
    const auto written = QByteArray::fromStdString(text_of(key->view()));
    write_keychain(id, written, [this, id, key, done = std::move(done)](Result<void> outcome) {
        if (!outcome)
            return done(outcome.error());
        read_keychain(id, [this, id, key, done](Result<crypto::Secret> read_back) {
            if (!read_back)
                return done(std::move(read_back).error());
            if (!crypto::equal_in_constant_time(read_back->view(), key->view()))
                return done(fail(Errc::unavailable, "The system's keychain did not keep the key."));
            if (auto noted = write_private_file(m_folder.id_file(), app::to_std(id)); !noted)
                return done(std::move(noted).error());
            done(std::move(read_back));
        });
    });
}

void ProfileKey::unlock(const QString& passphrase, Done done)
{
    work(
        [file = m_folder.key_file(), text = app::to_std(passphrase)]() mutable -> Result<crypto::Secret> {
            TRY(const auto wrapped, read_small_file(file, k_max_file_bytes));
            auto key = unwrap_key(wrapped, text);
            crypto::wipe(text);
            return key;
        },
        std::move(done));
}

void ProfileKey::make_with_passphrase(const QString& passphrase, Done done)
{
    work(
        [file = m_folder.key_file(), text = app::to_std(passphrase)]() mutable -> Result<crypto::Secret> {
            auto key = crypto::Secret::random(crypto::k_key_bytes);
            const auto wrapped = wrap_key(key, text);
            crypto::wipe(text);
            if (!wrapped)
                return wrapped.error();
            TRY_VOID(write_private_file(file, *wrapped));
            return key;
        },
        std::move(done));
}

void ProfileKey::work(std::function<Result<crypto::Secret>()> work, Done done)
{
    app::run_in_background<Result<crypto::Secret>>(m_pool, this, std::move(work), std::move(done));
}

void ProfileKey::read_keychain(const QString& id, Done done)
{
    auto* job = new QKeychain::ReadPasswordJob(k_service, this);
    job->setKey(id);
    start_with_deadline<QKeychain::ReadPasswordJob>(
        job, m_timeout, [done = std::move(done)](QKeychain::ReadPasswordJob& ended, bool timed_out) {
            if (timed_out || ended.error() != QKeychain::NoError)
                return done(keychain_error(ended, timed_out));
            const auto key = crypto::from_base64(ended.textData().toStdString());
            if (!key || key->size() != crypto::k_key_bytes)
                return done(fail(Errc::malformed, "The key in the system's keychain is damaged."));
            done(crypto::Secret::copy_of(*key));
        });
}

void ProfileKey::write_keychain(const QString& id, const QByteArray& key, std::function<void(Result<void>)> done)
{
    auto* job = new QKeychain::WritePasswordJob(k_service, this);
    job->setKey(id);
    job->setTextData(QString::fromLatin1(key));
    start_with_deadline<QKeychain::WritePasswordJob>(
        job, m_timeout, [done = std::move(done)](QKeychain::WritePasswordJob& ended, bool timed_out) {
            if (timed_out || ended.error() != QKeychain::NoError)
                return done(keychain_error(ended, timed_out));
            done({});
        });
}

} // namespace kith::store
