// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"
#include "common/crypto/secret.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kith::crypto {

namespace {

/// Closes its file descriptor.
class File {
public:
    explicit File(int descriptor) : m_descriptor(descriptor) { }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    int get() const { return m_descriptor; }
    explicit operator bool() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

Error system_error(const std::string& sentence, const std::filesystem::path& path)
{
    const auto number = errno;
    return fail(number == ENOENT ? Errc::not_found : Errc::unavailable, sentence + " (" + path.string() + ")",
                std::strerror(number));
}

Result<Secret> load(const std::filesystem::path& path, std::size_t size)
{
    const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // a pipe must not hang us
    if (!file)
        return system_error("The key file cannot be opened.", path);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0)
        return system_error("The key file cannot be read.", path);
    if (!S_ISREG(info.st_mode) || (info.st_uid != ::geteuid() && info.st_uid != 0))
        return fail(Errc::forbidden, "The key file is not a file of ours: " + path.string());
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(Errc::forbidden, "The key file is open to other users; run: chmod 600 " + path.string());
    if (info.st_size != static_cast<off_t>(size))
        return fail(Errc::malformed, "The key file has the wrong size: " + path.string());
    Secret key{size};
    std::size_t done = 0;
    while (done < size) {
        const auto count = ::read(file.get(), key.bytes().data() + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return system_error("The key file cannot be read.", path);
        done += static_cast<std::size_t>(count);
    }
    return key;
}

Result<void> write_all(const File& file, ByteView bytes, const std::filesystem::path& path)
{
    while (!bytes.empty()) {
        const auto count = ::write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return system_error("The key file cannot be written.", path);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (::fsync(file.get()) != 0)
        return system_error("The key file cannot be written.", path);
    return {};
}

/// Writes a whole file beside the wanted one and links it into place: nobody ever sees half a key, and a link,
/// unlike a rename, fails when somebody else was first.
Result<void> create(const std::filesystem::path& path, std::size_t size)
{
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
    const auto draft = folder / (path.filename().string() + "." + random_token(9) + ".new");
    {
        const File file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (!file)
            return system_error("The key file cannot be made.", draft);
        const auto key = Secret::random(size);
        if (auto written = write_all(file, key.view(), draft); !written) {
            ::unlink(draft.c_str());
            return written;
        }
    }
    const auto linked = ::link(draft.c_str(), path.c_str());
    const auto number = errno;
    ::unlink(draft.c_str());
    if (linked != 0 && number != EEXIST) {
        errno = number;
        return system_error("The key file cannot be made.", path);
    }
    const File directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || ::fsync(directory.get()) != 0)
        return system_error("The key file's folder cannot be synced.", folder);
    return {};
}

} // namespace

Result<Secret> load_key_file(const std::filesystem::path& path, std::size_t size, CreateIfMissing create_if_missing)
{
    auto key = load(path, size);
    if (key || key.error().code != Errc::not_found || create_if_missing == CreateIfMissing::No)
        return key;
    TRY_VOID(create(path, size));
    return load(path, size);
}

} // namespace kith::crypto
