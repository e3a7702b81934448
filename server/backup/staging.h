// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"
#include "server/core/data_dir.h"

#include <filesystem>

namespace kith::backup {

/// A data directory that is being filled: everything is put into a folder inside it, and moved to its place at the end. Until
/// then the destructor takes all of it away again, and the directory too when it was not there.
class Staging {
public:
    /// Holds the directory's lock. `conflict` when it is not empty.
    static Result<Staging> begin(const std::filesystem::path& data_dir);
    Staging(Staging&& other) noexcept;
    ~Staging();

    /// For files that must not be seen before the end.
    const std::filesystem::path& folder() const { return m_folder; }
    /// What lies elsewhere and goes away as well when this fails.
    void also_remove(std::filesystem::path file) { m_others.push_back(std::move(file)); }
    /// Moves all that is in the folder into the data directory, the database last.
    Result<void> settle();

private:
    Staging(std::filesystem::path data_dir, core::DataDir lock, bool made);

    std::filesystem::path m_data_dir;
    std::filesystem::path m_folder;
    core::DataDir m_lock;
    std::vector<std::filesystem::path> m_others;
    bool m_made;
    bool m_ours = true; ///< to remove
};

/// A new private file, on the disk once closed.
class OutputFile {
public:
    /// Makes missing folders of mode 0700. `unavailable` when it cannot be made or is there.
    static Result<OutputFile> create(const std::filesystem::path& file);
    OutputFile(OutputFile&& other) noexcept;
    ~OutputFile();
    Result<void> write(crypto::ByteView bytes);
    Result<void> finish();

private:
    OutputFile(std::filesystem::path file, int descriptor)
        : m_file(std::move(file)), m_descriptor(descriptor)
    {
    }
    std::filesystem::path m_file;
    int m_descriptor;
};

} // namespace kith::backup
