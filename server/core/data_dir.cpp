// SPDX-License-Identifier: Apache-2.0
#include "server/core/data_dir.h"

#include "common/crypto/seal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace kith::core {

namespace {

std::string reason(int error)
{
    return std::system_category().message(error);
}

/// A file descriptor that is closed at the end of its block.
class File {
public:
    File(const std::filesystem::path& path, int flags, mode_t mode = 0600)
        : m_fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode))
    {
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    explicit operator bool() const { return m_fd >= 0; }
    int fd() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

} // namespace

Result<DataDir> DataDir::open(std::filesystem::path path)
{
    std::error_code error;
    path = std::filesystem::absolute(path, error);
    const bool existed = std::filesystem::is_directory(path, error);
    if (!existed) {
        std::filesystem::create_directories(path.parent_path(), error);
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
            return fail(Errc::invalid, "The data directory " + path.string() +
                                           " cannot be made: " + reason(errno) + ".");
    }
    struct stat status { };
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return fail(Errc::invalid, "The data directory " + path.string() + " is not a directory.");
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0)
        return fail(Errc::invalid,
                    "The data directory " + path.string() + " cannot be used: " + reason(errno) + ".");
    // What lies inside is private; an administrator who opened the directory to a group keeps that.
    if ((status.st_mode & S_IRWXO) != 0 && status.st_uid == ::geteuid())
        ::chmod(path.c_str(), status.st_mode & 07770);
    return DataDir{std::move(path)};
}

DataDir::DataDir(DataDir&& other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::exchange(other.m_lock, -1))
{
}

DataDir& DataDir::operator=(DataDir&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_lock, other.m_lock);
    return *this;
}

DataDir::~DataDir()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<void> DataDir::lock()
{
    if (m_lock >= 0)
        return {};
    const auto path = file("lock");
    File lock(path, O_RDWR | O_CREAT);
    if (!lock)
        return fail(Errc::invalid, path.string() + " cannot be opened: " + reason(errno) + ".");
    if (::flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) {
        std::array<char, 32> holder{};
        const auto length = ::read(lock.fd(), holder.data(), holder.size() - 1);
        const std::string process = length > 0 ? " (process " + std::string{holder.data()} + ")" : "";
        return fail(Errc::conflict,
                    "Another kithd" + process + " serves from " + m_path.string() +
                        ". Stop it first, or choose another directory with --data-dir.");
    }
    const auto process = std::to_string(::getpid());
    if (::ftruncate(lock.fd(), 0) != 0 || ::pwrite(lock.fd(), process.data(), process.size(), 0) !=
                                              static_cast<ssize_t>(process.size()))
        return fail(Errc::invalid, path.string() + " cannot be written: " + reason(errno) + ".");
    m_lock = lock.release();
    return {};
}

Result<crypto::Secret> DataDir::secret_key(crypto::CreateIfMissing create) const
{
    return crypto::load_key_file(file("secret.key"), crypto::k_key_bytes, create);
}

} // namespace kith::core
