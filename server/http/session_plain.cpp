// SPDX-License-Identifier: Apache-2.0
// HTTP without TLS.
#include "server/http/session.h"

namespace kith::http {

void serve_plain(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared)
{
    Session<PlainStream>::start(
        std::make_shared<Session<PlainStream>>(std::move(socket), std::move(peer), std::move(shared), nullptr));
}

} // namespace kith::http
