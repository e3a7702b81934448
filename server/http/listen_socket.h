// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace kith::http {

/// A socket that listens, however it came to: bound here to an address or a path, or handed over by who started us.
class ListenSocket {
public:
    /// `address`: numeric IPv4 or IPv6; "::" means everybody. `invalid` for what is no address, `unavailable` with a
    /// sentence when the port is in use or not allowed.
    static Result<ListenSocket> on_address(const std::string& address, std::uint16_t port);
    /// A Unix socket that its owner and group may use (0660). What a server that is gone left there is replaced; where
    /// somebody answers, or lies another kind of file, that is an error (`unavailable`).
    static Result<ListenSocket> on_path(const std::filesystem::path& path);
    /// Takes over `descriptor`: `invalid` unless it is a stream socket, IPv4, IPv6 or Unix, that listens already.
    static Result<ListenSocket> adopt(int descriptor);

    ListenSocket(ListenSocket&& other) noexcept;
    ListenSocket& operator=(ListenSocket&& other) = delete;
    /// Removes the path too.
    ~ListenSocket();

    int family() const { return m_family; }
    std::uint16_t port() const { return m_port; } ///< 0 on a Unix socket
    /// The descriptor is the caller's from now on.
    int release();
    /// Removes the path that on_path() made, unless another server has put its own there meanwhile.
    void remove_path();

private:
    explicit ListenSocket(int descriptor, int family) : m_descriptor(descriptor), m_family(family) { }

    int m_descriptor;
    int m_family;
    std::uint16_t m_port = 0;
    std::filesystem::path m_path;
    std::uint64_t m_inode = 0;
};

} // namespace kith::http
