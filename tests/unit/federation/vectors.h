// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace kith::test {

/// The folder of test vectors: $KITH_VECTORS, else ../shared/vectors beside the source. May not exist.
std::filesystem::path vectors_folder();
bool has_vectors(std::string_view part);

std::string read_text(const std::filesystem::path& path);
/// A document of the vectors, parsed with the limits of federation; fails the test and gives null otherwise.
json::value read_vector(std::string_view part);
/// JSON written in a test, with ' for ".
json::value parse_quoted(std::string text);

std::string string_of(const json::value& object, std::string_view key);

} // namespace kith::test

#define SKIP_WITHOUT_VECTORS(part)                                                                 \
    if (!kith::test::has_vectors(part))                                                            \
    GTEST_SKIP() << "The test vectors are not on this machine (set KITH_VECTORS): " << (part)
