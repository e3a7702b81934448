// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"

#include <filesystem>
#include <string>
#include <vector>

namespace kith::tests {

/// A folder for one test's profiles, homes and files; removed with this object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }
    /// A file of mode 0600 with this line in it.
    std::string secret_file(const std::string& name, const std::string& line) const;

private:
    std::filesystem::path m_path;
};

/// What `kith` is started with: no display, no keychain and no settings of the person who runs the tests.
struct KithSurroundings {
    std::string platform = "offscreen"; ///< Qt's platform plugin
    std::string display{};              ///< ":7", for "xcb"
    std::string home{};                 ///< its HOME
};

/// Starts the real program.
ChildProcess start_kith(const std::vector<std::string>& arguments, const KithSurroundings& surroundings,
                        ChildProcess::Options options = {});

} // namespace kith::tests
