// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <QString>

#include <filesystem>
#include <memory>

namespace kith::store {

/// The folder of one profile, mode 0700: `store.db` (encrypted), `profile.key` (the wrapped key, where a passphrase
/// protects it) or `profile.id` (the name of the key in the system's keychain) and perhaps `profile.recovery` (the same
/// key, wrapped by the recovery passphrase), `profile.lock`. One process at a time: the lock is the system's, so it is
/// gone with the process, however that ends.
class ProfileFolder {
public:
    /// Makes the folder where needed and takes its lock. `conflict` when another Kith has it open, `unavailable` when it
    /// cannot be made or written to.
    static Result<std::unique_ptr<ProfileFolder>> open(const QString& folder);
    ~ProfileFolder();

    std::filesystem::path store_file() const { return m_folder / "store.db"; }
    std::filesystem::path key_file() const { return m_folder / "profile.key"; }
    std::filesystem::path id_file() const { return m_folder / "profile.id"; }
    std::filesystem::path recovery_file() const { return m_folder / "profile.recovery"; }
    const std::filesystem::path& path() const { return m_folder; }
    bool has_store() const;
    bool has_wrapped_key() const;
    bool has_keychain_id() const;
    bool has_recovery() const;

    /// Moves the store and everything about its key into a new folder inside this one, so that a new profile can
    /// begin. Nothing is deleted. Answers that folder.
    Result<std::filesystem::path> set_aside() const;

    /// Where a profile lives when --profile does not say.
    static QString default_folder();

private:
    ProfileFolder(std::filesystem::path folder, int lock);

    std::filesystem::path m_folder;
    int m_lock; ///< the locked file; closing it lets go
};

/// Writes a small file of mode 0600 whole or not at all. `unavailable` when the disk refuses.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view content);
/// Reads at most `max_bytes`. `not_found`, or `too_large` beyond.
Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes);

} // namespace kith::store
