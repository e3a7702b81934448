// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QString>

namespace kith::net {

/// Trusts the certificate authorities of a PEM file besides the system's, for all connections made from now on.
/// Call once at the start. `invalid` when the file cannot be read or holds no certificate.
Result<void> trust_also(const QString& pem_file);

} // namespace kith::net
