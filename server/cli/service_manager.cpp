// SPDX-License-Identifier: Apache-2.0
#include "server/cli/service_manager.h"

#include "server/core/log.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <system_error>

namespace kith::cli {

namespace {

constexpr int k_first_descriptor = 3; ///< SD_LISTEN_FDS_START
constexpr long k_max_sockets = 16;

std::string take_variable(const char* name)
{
    const char* value = std::getenv(name);
    std::string text = value ? value : "";
    ::unsetenv(name);
    return text;
}

std::optional<long> number_of(const std::string& text)
{
    long number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

} // namespace

Result<std::vector<HandedSocket>> take_handed_sockets()
{
    const auto process = number_of(take_variable("LISTEN_PID"));
    const auto count = number_of(take_variable("LISTEN_FDS"));
    const auto names = take_variable("LISTEN_FDNAMES");
    std::vector<HandedSocket> sockets;
    if (process != ::getpid() || !count || *count <= 0)
        return sockets;
    if (*count > k_max_sockets)
        return fail(Errc::invalid, "The server was started with " + std::to_string(*count) + " sockets; it takes at most " +
                                       std::to_string(k_max_sockets) + ".");
    std::string_view rest = names;
    for (int i = 0; i < *count; ++i) {
        const auto name = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        sockets.push_back(HandedSocket{k_first_descriptor + i, std::string{name}});
    }
    return sockets;
}

void notify_service_manager(std::string_view state)
{
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (!path || (path[0] != '/' && path[0] != '@') || std::string_view{path}.size() >= sizeof address.sun_path)
        return;
    const std::string_view name = path;
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    if (name.front() == '@')
        address.sun_path[0] = '\0'; // abstract
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const auto sent = ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
    if (sent < 0)
        log::warning("The service manager does not listen.", {{"error", std::generic_category().message(errno)}});
    if (socket >= 0)
        ::close(socket);
}

} // namespace kith::cli
