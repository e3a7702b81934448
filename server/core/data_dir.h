// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

#include <filesystem>
#include <string>

namespace kith::core {

/// Where kithd keeps its files. Made 0700 when missing; refused when it is not ours to write.
class DataDir {
public:
    /// Makes or opens the directory. `invalid` with a sentence when that is not possible.
    static Result<DataDir> open(std::filesystem::path path);

    DataDir(DataDir&& other) noexcept;
    DataDir& operator=(DataDir&& other) noexcept;
    ~DataDir();

    /// Held until this object dies: one `kithd serve` per data directory. `conflict`, naming the other process, when taken.
    Result<void> lock();

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path file(const std::string& name) const { return m_path / name; }

    /// The key in `secret.key` (mode 0600) that seals private keys in the database; made at the first call. Errors of
    /// crypto::load_key_file: a damaged key is never replaced, that would make everything sealed with it unreadable.
    Result<crypto::Secret> secret_key(crypto::CreateIfMissing create = crypto::CreateIfMissing::Yes) const;

private:
    explicit DataDir(std::filesystem::path path) : m_path(std::move(path)) { }

    std::filesystem::path m_path;
    int m_lock = -1;
};

} // namespace kith::core
