// SPDX-License-Identifier: Apache-2.0
// HTTP over TLS.
#include "server/http/session.h"

namespace kith::http {

void serve_tls(PlainStream socket, Peer peer, std::shared_ptr<Shared> shared,
               std::shared_ptr<boost::asio::ssl::context> context)
{
    TlsStream stream{std::move(socket), *context};
    Session<TlsStream>::start(std::make_shared<Session<TlsStream>>(
        std::move(stream), std::move(peer), std::move(shared), std::move(context)));
}

} // namespace kith::http
