// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vectors.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kith::tests {

namespace {

std::filesystem::path vectors_folder()
{
    if (const char* folder = std::getenv("KITH_VECTORS"); folder && *folder)
        return folder;
    return std::filesystem::path{KITH_SOURCE_DIR} / ".." / "shared" / "vectors";
}

} // namespace

bool have_vectors()
{
    std::error_code ignored;
    return std::filesystem::is_directory(vectors_folder(), ignored);
}

std::filesystem::path vector_path(const std::string& name)
{
    return vectors_folder() / name;
}

std::string read_vector(const std::string& name)
{
    std::ifstream file{vector_path(name), std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot read the vector " + name);
    return {std::istreambuf_iterator<char>{file}, {}};
}

json::value read_json_vector(const std::string& name)
{
    JsonLimits limits;
    limits.max_bytes = 64 << 20;
    auto value = parse_json(read_vector(name), limits);
    if (!value)
        throw std::runtime_error("the vector " + name + " is not JSON: " + value.error().cause);
    return *std::move(value);
}

} // namespace kith::tests
