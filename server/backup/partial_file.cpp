// SPDX-License-Identifier: Apache-2.0
#include "server/backup/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kith::backup {

namespace {

Error trouble(const std::filesystem::path& partial, int error)
{
    return fail(Errc::unavailable, "The backup " + partial.string() + " cannot be written: " +
                                       std::generic_category().message(error) + ".");
}

/// That the file is one that nobody else has a name for.
bool is_ours(int descriptor, const std::filesystem::path& partial)
{
    struct stat opened { }, named { };
    return ::fstat(descriptor, &opened) == 0 && S_ISREG(opened.st_mode) && opened.st_uid == ::geteuid() &&
           opened.st_nlink == 1 && ::lstat(partial.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

} // namespace

Result<int> open_partial(const std::filesystem::path& partial)
{
    const int descriptor =
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (descriptor < 0)
        return trouble(partial, errno);
    return descriptor;
}

Result<void> take_partial(int descriptor, const std::filesystem::path& partial)
{
    // Looked at under the lock: until then another backup may finish, and the file is its whole one.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !is_ours(descriptor, partial))
        return fail(Errc::conflict, partial.string() + " is in use by another program.");
    if (::fchmod(descriptor, 0600) != 0 || ::ftruncate(descriptor, 0) != 0)
        return trouble(partial, errno);
    return {};
}

} // namespace kith::backup
