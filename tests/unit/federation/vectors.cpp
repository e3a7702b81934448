// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace kith::test {

std::filesystem::path vectors_folder()
{
    if (const char* set = std::getenv("KITH_VECTORS"); set && *set)
        return set;
    return std::filesystem::path{KITH_SOURCE_DIR}.parent_path() / "shared" / "vectors";
}

bool has_vectors(std::string_view part)
{
    return std::filesystem::exists(vectors_folder() / part);
}

std::string read_text(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

json::value read_vector(std::string_view part)
{
    auto value = parse_json(read_text(vectors_folder() / part));
    if (!value) {
        ADD_FAILURE() << part << ": " << value.error().message;
        return nullptr;
    }
    return std::move(*value);
}

json::value parse_quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    auto value = parse_json(text);
    if (!value) {
        ADD_FAILURE() << value.error().message << ": " << text;
        return nullptr;
    }
    return std::move(*value);
}

std::string string_of(const json::value& object, std::string_view key)
{
    return find_string(object, key).value_or("");
}

} // namespace kith::test
