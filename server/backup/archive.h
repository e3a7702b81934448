// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/backup/sealed_file.h"

#include <functional>
#include <optional>
#include <string>

#include <cstdint>

namespace kith::backup {

/// What a name in a backup may be: relative, of at most 1,000 bytes, without empty parts, "." or "..", backslashes and
/// control characters.
bool is_safe_name(std::string_view name);

/// Files one after the other, in a sealed file. Sizes need not be known before.
class ArchiveWriter {
public:
    explicit ArchiveWriter(SealedWriter& file) : m_file(file) { }
    /// `invalid` for a name that is not safe, which nobody could restore.
    Result<void> begin(std::string_view name);
    Result<void> write(crypto::ByteView bytes);
    Result<void> end();
    /// The three together.
    Result<void> add(std::string_view name, crypto::ByteView bytes);
    /// Also finishes the sealed file.
    Result<void> finish();

private:
    SealedWriter& m_file;
};

class ArchiveReader {
public:
    explicit ArchiveReader(SealedReader& file) : m_file(file) { }
    /// The next file's name; nothing at the end. `forbidden` for a name that is not safe. What was not read is skipped.
    Result<std::optional<std::string>> next();
    /// 0 at the file's end.
    Result<std::size_t> read(std::span<std::byte> into);
    /// The whole file, when it is at most `most` bytes; else `too_large`.
    Result<crypto::Bytes> read_all(std::size_t most);

private:
    Result<std::uint32_t> number(std::size_t bytes);
    Result<void> read_exactly(std::span<std::byte> into);

    SealedReader& m_file;
    std::uint32_t m_left = 0; ///< of the block
    bool m_inside = false;    ///< a file whose end we have not seen
};

} // namespace kith::backup
