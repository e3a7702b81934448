// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <string_view>
#include <vector>

/// The two small protocols of systemd that a service needs, without its library: sd_listen_fds(3) and sd_notify(3).
namespace kith::cli {

struct HandedSocket {
    int descriptor = -1;
    std::string name; ///< FileDescriptorName= of the socket unit; may be empty
};

/// The sockets this process was started with (LISTEN_FDS), if it is the one they are meant for (LISTEN_PID). The variables
/// are taken out of the environment, so that no child believes them. `invalid` for more than 16.
Result<std::vector<HandedSocket>> take_handed_sockets();

/// Tells the service manager ("READY=1", "STOPPING=1"), if there is one (NOTIFY_SOCKET). One that does not listen is no
/// reason not to serve.
void notify_service_manager(std::string_view state);

} // namespace kith::cli
