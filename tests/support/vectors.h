// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"

#include <filesystem>
#include <string>

/// Recorded documents and hostile cases. They are test data, not part of the project: they lie in $KITH_VECTORS, or
/// in ../shared/vectors beside the source.
namespace kith::tests {

bool have_vectors();
std::filesystem::path vector_path(const std::string& name);
/// The bytes of a file such as "hostile/xss.json". Throws std::runtime_error when it cannot be read.
std::string read_vector(const std::string& name);
/// The same, parsed as JSON.
json::value read_json_vector(const std::string& name);

} // namespace kith::tests

/// First line of a test that reads vectors.
#define KITH_NEEDS_VECTORS()                                                                       \
    if (!kith::tests::have_vectors())                                                              \
    GTEST_SKIP() << "The test vectors are not here: set KITH_VECTORS to their folder."
