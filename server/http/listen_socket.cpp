// SPDX-License-Identifier: Apache-2.0
#include "server/http/listen_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace kith::http {

namespace {

constexpr mode_t k_path_mode = 0660;

std::string text_of(int error)
{
    return std::generic_category().message(error);
}

Error bind_error(const std::string& address, std::uint16_t port, int error)
{
    const auto where = address + ", port " + std::to_string(port);
    const char* why = ".";
    if (error == EADDRINUSE)
        why = ": another program uses this port.";
    else if (error == EACCES)
        why = ": not allowed. Ports below 1024 need a privilege.";
    else if (error == EADDRNOTAVAIL)
        why = ": this machine does not have the address.";
    return fail(Errc::unavailable, "Cannot listen on " + where + why, text_of(error));
}

Error path_error(const std::filesystem::path& path, const std::string& why, int error = 0)
{
    return fail(Errc::unavailable, "Cannot listen on " + path.string() + ": " + why, error ? text_of(error) : "");
}

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

std::optional<Address> parse_address(const std::string& text, std::uint16_t port)
{
    Address address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        address.size = sizeof *v4;
    } else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        address.size = sizeof *v6;
    } else {
        return std::nullopt;
    }
    return address;
}

std::uint16_t port_of(int descriptor)
{
    Address bound;
    bound.size = sizeof bound.storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0)
        return 0;
    if (bound.family() == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in*>(&bound.storage)->sin_port);
    return bound.family() == AF_INET6 ? ntohs(reinterpret_cast<const sockaddr_in6*>(&bound.storage)->sin6_port) : 0;
}

int option_of(int descriptor, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/// Whether a server answers on the path; then it is not ours to take.
bool is_answered(const Address& address)
{
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool refused = ::connect(probe, address.get(), address.size) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    return !refused;
}

/// Removes what a server that is gone has left on the path.
Result<void> clear_path(const std::filesystem::path& path, const Address& address)
{
    struct stat found { };
    if (::lstat(path.c_str(), &found) != 0)
        return errno == ENOENT ? Result<void>{} : path_error(path, "it cannot be looked at.", errno);
    if (!S_ISSOCK(found.st_mode))
        return path_error(path, "there is a file that is no socket.");
    if (is_answered(address))
        return path_error(path, "another program answers there.");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return path_error(path, "the socket of a server that is gone cannot be removed.", errno);
    return {};
}

} // namespace

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_family(other.m_family), m_port(other.m_port),
      m_path(std::exchange(other.m_path, {})), m_inode(other.m_inode)
{
}

ListenSocket::~ListenSocket()
{
    remove_path();
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

int ListenSocket::release()
{
    return std::exchange(m_descriptor, -1);
}

void ListenSocket::remove_path()
{
    struct stat found { };
    if (!m_path.empty() && ::lstat(m_path.c_str(), &found) == 0 && found.st_ino == m_inode)
        ::unlink(m_path.c_str());
    m_path.clear();
}

Result<ListenSocket> ListenSocket::on_address(const std::string& address, std::uint16_t port)
{
    const auto wanted = parse_address(address, port);
    if (!wanted)
        return fail(Errc::invalid, "\"" + address + "\" is not an IPv4 or IPv6 address to listen on.");
    ListenSocket listening{::socket(wanted->family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), wanted->family()};
    const int descriptor = listening.m_descriptor;
    const int on = 1, off = 0;
    bool good = descriptor >= 0 && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (good && address == "::") // means everybody
        good = ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0;
    good = good && ::bind(descriptor, wanted->get(), wanted->size) == 0 && ::listen(descriptor, SOMAXCONN) == 0;
    if (!good)
        return bind_error(address, port, errno);
    listening.m_port = port_of(descriptor);
    return listening;
}

Result<ListenSocket> ListenSocket::on_path(const std::filesystem::path& path)
{
    Address address;
    auto* local = reinterpret_cast<sockaddr_un*>(&address.storage);
    if (path.empty() || path.native().size() >= sizeof local->sun_path)
        return fail(Errc::invalid, "\"" + path.string() + "\" is no path for a socket: it has 1 to 107 bytes.");
    local->sun_family = AF_UNIX;
    std::memcpy(local->sun_path, path.c_str(), path.native().size());
    address.size = sizeof *local;
    TRY_VOID(clear_path(path, address));
    ListenSocket listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), AF_UNIX};
    const int descriptor = listening.m_descriptor;
    // Before bind() the mode is the most that the path will ever have, so that nobody else slips in before chmod().
    bool good = descriptor >= 0 && ::fchmod(descriptor, k_path_mode) == 0 && ::bind(descriptor, address.get(), address.size) == 0;
    if (good) {
        struct stat made { };
        good = ::chmod(path.c_str(), k_path_mode) == 0 && ::lstat(path.c_str(), &made) == 0;
        listening.m_path = path;
        listening.m_inode = made.st_ino;
    }
    if (!good || ::listen(descriptor, SOMAXCONN) != 0) {
        const int error = errno;
        listening.remove_path();
        return path_error(path, error == ENOENT ? "its folder does not exist." : "it cannot be made.", error);
    }
    return listening;
}

Result<ListenSocket> ListenSocket::adopt(int descriptor)
{
    const int family = option_of(descriptor, SO_DOMAIN);
    const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
    if (!known || option_of(descriptor, SO_TYPE) != SOCK_STREAM || option_of(descriptor, SO_ACCEPTCONN) != 1)
        return fail(Errc::invalid, "The descriptor " + std::to_string(descriptor) +
                                       " that was handed over is not a stream socket that listens.");
    ListenSocket listening{descriptor, family};
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 || flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0)
        return fail(Errc::unavailable, "The socket that was handed over cannot be used.", text_of(errno));
    listening.m_port = port_of(descriptor);
    return listening;
}

} // namespace kith::http
