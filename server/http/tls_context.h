// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

namespace kith::http {

/// TLS 1.2 and 1.3, forward secrecy and authenticated ciphers only, ALPN http/1.1. `invalid` with a sentence that names the
/// file when certificate or key cannot be read, is not PEM, needs a passphrase, or does not belong to the other.
Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const std::filesystem::path& certificate,
                                                            const std::filesystem::path& private_key);

} // namespace kith::http
