// SPDX-License-Identifier: Apache-2.0
#include "server/http/open_file.h"

#include "common/base/time.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kith::http {

Result<std::shared_ptr<const OpenFile>> OpenFile::open(const std::filesystem::path& path)
{
    // Not blocking: else a FIFO would hold us here until somebody writes to it.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    const int error = errno;
    if (descriptor < 0 && (error == ENOENT || error == ENOTDIR || error == ELOOP))
        return fail(Errc::not_found, "Record not found");
    if (descriptor < 0)
        return fail(Errc::unavailable, "The file cannot be read now.", path.string() + ": " + std::generic_category().message(error));
    struct stat found { };
    if (::fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) {
        ::close(descriptor);
        return fail(Errc::not_found, "Record not found");
    }
    const auto since_epoch = std::chrono::seconds{found.st_mtim.tv_sec} + std::chrono::nanoseconds{found.st_mtim.tv_nsec};
    const std::chrono::system_clock::time_point modified{std::chrono::duration_cast<std::chrono::system_clock::duration>(since_epoch)};
    return std::shared_ptr<const OpenFile>{new OpenFile(descriptor, static_cast<std::uint64_t>(found.st_size), modified)};
}

OpenFile::~OpenFile()
{
    ::close(m_descriptor);
}

std::optional<long> OpenFile::read_at_once(std::uint64_t offset, char* buffer, std::size_t size) const
{
    iovec piece{buffer, size};
    const auto count = ::preadv2(m_descriptor, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    if (count >= 0)
        return count;
    if (errno == EAGAIN) {
        ::posix_fadvise(m_descriptor, static_cast<off_t>(offset), static_cast<off_t>(size), POSIX_FADV_WILLNEED);
        return std::nullopt;
    }
    return read(offset, buffer, size); // a file system that cannot say
}

long OpenFile::read(std::uint64_t offset, char* buffer, std::size_t size) const
{
    long count = 0;
    do
        count = ::pread(m_descriptor, buffer, size, static_cast<off_t>(offset));
    while (count < 0 && errno == EINTR);
    return count;
}

awaitable<long> read_piece(const OpenFile& file, std::uint64_t offset, char* buffer, std::size_t size)
{
    static constexpr int k_tries = 50;
    const auto executor = co_await boost::asio::this_coro::executor;
    for (int i = 0; i < k_tries; ++i) {
        if (const auto count = file.read_at_once(offset, buffer, size))
            co_return *count;
        boost::asio::steady_timer pause{executor, std::chrono::milliseconds{2}};
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
    co_return file.read(offset, buffer, size);
}

Result<Response> file_response(const std::filesystem::path& path, FileOptions options)
{
    TRY(auto file, OpenFile::open(path));
    const auto modified = std::chrono::time_point_cast<Timestamp::duration>(file->modified());
    if (options.etag.empty()) {
        const auto changed = std::chrono::duration_cast<std::chrono::nanoseconds>(file->modified().time_since_epoch()).count();
        options.etag = std::to_string(file->size()) + "-" + std::to_string(changed);
    }
    Response response;
    response.headers.add("Content-Type", std::move(options.content_type));
    response.headers.add("ETag", "\"" + options.etag + "\"");
    response.headers.add("Last-Modified", to_http_date(modified));
    response.headers.add("Accept-Ranges", "bytes");
    if (!options.cache_control.empty())
        response.headers.add("Cache-Control", std::move(options.cache_control));
    response.file.length = file->size();
    response.file.file = std::move(file);
    return response;
}

} // namespace kith::http
