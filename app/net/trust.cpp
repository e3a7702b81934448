// SPDX-License-Identifier: Apache-2.0
#include "app/net/trust.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>

namespace kith::net {

Result<void> trust_also(const QString& pem_file)
{
    QFile file(pem_file);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::invalid, "The file of --ca-file cannot be read: " + pem_file.toStdString());
    constexpr qint64 k_max_bytes = 1 << 20;
    const auto certificates = QSslCertificate::fromData(file.read(k_max_bytes), QSsl::Pem);
    if (certificates.isEmpty())
        return fail(Errc::invalid, "The file of --ca-file holds no certificate: " + pem_file.toStdString());

    auto configuration = QSslConfiguration::defaultConfiguration();
    // An explicit list turns Qt's loading on demand off, so the system's own come along.
    auto trusted = QSslConfiguration::systemCaCertificates();
    trusted.append(certificates);
    configuration.setCaCertificates(trusted);
    QSslConfiguration::setDefaultConfiguration(configuration);
    return {};
}

} // namespace kith::net
