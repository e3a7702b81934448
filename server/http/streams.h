// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

/// The two kinds of connection. Private to this folder: the includes are heavy.
namespace kith::http {

/// TCP or Unix: the same code for both.
using PlainStream = boost::asio::generic::stream_protocol::socket;
/// Beast's, because it joins header and body into one TLS record.
using TlsStream = boost::beast::ssl_stream<PlainStream>;

inline PlainStream& socket_of(PlainStream& stream)
{
    return stream;
}
inline PlainStream& socket_of(TlsStream& stream)
{
    return stream.next_layer();
}

/// Awaits give [error, …] and throw nothing.
constexpr auto k_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

} // namespace kith::http
