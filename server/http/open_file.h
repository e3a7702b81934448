// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace kith::http {

/// A regular file, open for reading, with the size it had then. Any thread.
class OpenFile {
public:
    /// `not_found` when there is none (a symbolic link counts as none), `unavailable` when it cannot be opened.
    static Result<std::shared_ptr<const OpenFile>> open(const std::filesystem::path& path);
    ~OpenFile();
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::uint64_t size() const { return m_size; }
    std::chrono::system_clock::time_point modified() const { return m_modified; }

    /// Bytes read into `buffer`, 0 at the end of the file, less than 0 on errors. Nothing: the disk must be asked first;
    /// it has been, so try again in a moment.
    std::optional<long> read_at_once(std::uint64_t offset, char* buffer, std::size_t size) const;
    /// The same, and waits for the disk.
    long read(std::uint64_t offset, char* buffer, std::size_t size) const;

private:
    OpenFile(int descriptor, std::uint64_t size, std::chrono::system_clock::time_point modified)
        : m_descriptor(descriptor), m_size(size), m_modified(modified)
    {
    }

    const int m_descriptor;
    const std::uint64_t m_size;
    const std::chrono::system_clock::time_point m_modified;
};

/// Reads without holding up the thread for as long as disks usually take: other connections go on meanwhile. After that it
/// waits. As OpenFile::read.
awaitable<long> read_piece(const OpenFile& file, std::uint64_t offset, char* buffer, std::size_t size);

/// How a file is answered.
struct FileOptions {
    std::string content_type = "application/octet-stream";
    std::string etag; ///< without quotes, strong: other bytes, other tag. Empty: from size and time of change
    std::string cache_control;
};

/// Answers with a file, streamed from the disk in bounded pieces; HEAD, conditions and single ranges are the listener's
/// work. The caller answers for the path: nothing of a request may stand in it unchecked. Errors: see OpenFile::open.
Result<Response> file_response(const std::filesystem::path& path, FileOptions options);

} // namespace kith::http
