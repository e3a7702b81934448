// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QString>

#include <filesystem>
#include <memory>

class QLockFile;

namespace kith::store {

/// The folder of one profile, mode 0700: `store.db` (encrypted), `profile.key` (the wrapped key, where a passphrase
/// protects it) or `profile.id` (the name of the key in the system's keychain), `profile.lock`. One process at a time.
class ProfileFolder {
public:
    /// Makes the folder where needed and takes its lock. `conflict` when another Kith has it open.
    static Result<std::unique_ptr<ProfileFolder>> open(const QString& folder);
    ~ProfileFolder();

    std::filesystem::path store_file() const { return m_folder / "store.db"; }
    std::filesystem::path key_file() const { return m_folder / "profile.key"; }
    std::filesystem::path id_file() const { return m_folder / "profile.id"; }
    bool has_store() const;
    bool has_wrapped_key() const;
    bool has_keychain_id() const;

    /// Where a profile lives when --profile does not say.
    static QString default_folder();

private:
    ProfileFolder(std::filesystem::path folder, std::unique_ptr<QLockFile> lock);

    std::filesystem::path m_folder;
    std::unique_ptr<QLockFile> m_lock;
};

/// Writes a small file of mode 0600 whole or not at all. `unavailable` when the disk refuses.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view content);
/// Reads at most `max_bytes`. `not_found`, or `too_large` beyond.
Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes);

} // namespace kith::store
