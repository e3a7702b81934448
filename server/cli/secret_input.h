// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <filesystem>
#include <string>

namespace kith::cli {

enum class Ask { once, twice };

/// A password or passphrase (`what`): from a prompt that shows nothing, or, when standard input is no terminal, its first
/// line. Asked twice, both must be the same.
Result<std::string> read_secret(const std::string& what, Ask ask = Ask::twice);
/// The first line of the file. `invalid` when it cannot be read or its first line is longer than 1,024 bytes.
Result<std::string> read_secret_file(const std::filesystem::path& file);

/// A backup's passphrase, from the file when one is named. For a new backup (Ask::twice) it has at least 12 characters.
Result<std::string> read_passphrase(const std::string& file, Ask ask);

} // namespace kith::cli
