// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program/kith_program.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace kith::tests {

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "kith-program-XXXXXX").string();
    if (!mkdtemp(name.data()))
        throw std::runtime_error("Cannot make a folder " + name);
    m_path = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::string Folder::secret_file(const std::string& name, const std::string& line) const
{
    const auto file = m_path / name;
    std::ofstream(file) << line << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file.string();
}

ChildProcess start_kith(const std::vector<std::string>& arguments, const KithSurroundings& surroundings,
                        ChildProcess::Options options)
{
    const auto* path = std::getenv("PATH");
    options.environment = {std::string("PATH=") + (path ? path : "/usr/bin:/bin"),
                           "LANG=C.UTF-8",
                           "HOME=" + surroundings.home,
                           "XDG_RUNTIME_DIR=" + surroundings.home,
                           "DBUS_SESSION_BUS_ADDRESS=disabled:",
                           "QT_QUICK_BACKEND=software",
                           "QT_QPA_PLATFORM=" + surroundings.platform};
    if (!surroundings.display.empty())
        options.environment.push_back("DISPLAY=" + surroundings.display);
    // What the sanitizers are told has to reach the program too.
    for (const auto* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const auto* value = std::getenv(name))
            options.environment.push_back(std::string(name) + "=" + value);
    options.dies_with_us = true;
    std::vector<std::string> command{KITH_TEST_KITH};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return ChildProcess(command, options);
}

} // namespace kith::tests
