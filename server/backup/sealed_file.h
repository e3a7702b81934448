// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/stream_seal.h"

#include <filesystem>

#include <cstdint>

/// Backups: what is in them, how they are written, read and put back. See README.md for the format.
namespace kith::backup {

constexpr std::size_t k_piece_bytes = 64 << 10;

/// A file that appears whole or not at all: written as FILE.part (mode 0600), sealed with a passphrase, and named once all
/// of it is on the disk. An existing file is never replaced. One thread.
class SealedWriter {
public:
    /// `conflict` when the file exists or is being written by another process, `unavailable` when it cannot be made.
    static Result<SealedWriter> create(std::filesystem::path file, std::string_view passphrase);
    SealedWriter(SealedWriter&& other) noexcept;
    /// Removes what was not finished.
    ~SealedWriter();

    /// `unavailable` when the disk does not take it, with the sentence why.
    Result<void> write(crypto::ByteView bytes);
    Result<void> finish();
    std::uint64_t bytes() const { return m_bytes; }

private:
    SealedWriter(std::filesystem::path file, int descriptor, crypto::StreamSealer sealer);
    Result<void> write_raw(crypto::ByteView bytes);
    Result<void> seal(crypto::LastPiece last);

    std::filesystem::path m_file;
    std::filesystem::path m_partial;
    int m_descriptor;
    crypto::StreamSealer m_sealer;
    crypto::Bytes m_head; ///< until the first piece, which it is bound to
    crypto::Bytes m_piece;
    std::uint64_t m_bytes = 0; ///< taken so far, before sealing
};

/// Reads such a file from its beginning to its end. Nothing that was changed is ever handed out: a piece is checked first.
class SealedReader {
public:
    /// `not_found`, `malformed` (not a backup, or of a later format), `forbidden` (wrong passphrase, or damaged at its beginning).
    static Result<SealedReader> open(const std::filesystem::path& file, std::string_view passphrase);
    SealedReader(SealedReader&& other) noexcept;
    ~SealedReader();

    /// As much as there is, at most; 0 at the end. `forbidden` when the file is damaged or ends too early.
    Result<std::size_t> read(std::span<std::byte> into);

private:
    SealedReader(std::filesystem::path file, int descriptor, crypto::StreamOpener opener, crypto::Bytes head);
    Result<void> next_piece();

    std::filesystem::path m_file;
    int m_descriptor;
    crypto::StreamOpener m_opener;
    crypto::Bytes m_head;
    crypto::Bytes m_piece;
    std::size_t m_used = 0;
    std::uint64_t m_pieces = 0;
    bool m_last = false;
};

} // namespace kith::backup
