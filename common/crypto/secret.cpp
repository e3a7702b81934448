// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/secret.h"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <utility>

namespace kith::crypto {

Secret::Secret(std::size_t size) : m_size(size)
{
    if (size == 0)
        return;
    // sodium_malloc needs the library prepared; preparing it again costs nothing.
    if (sodium_init() < 0 || !(m_data = static_cast<std::byte*>(sodium_malloc(size))))
        throw std::bad_alloc{};
    sodium_memzero(m_data, size);
}

Secret::Secret(Secret&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        sodium_free(m_data);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

Secret::~Secret()
{
    sodium_free(m_data); // zeroes it; a null pointer is fine
}

Secret Secret::copy_of(ByteView bytes)
{
    Secret secret{bytes.size()};
    std::copy(bytes.begin(), bytes.end(), secret.m_data);
    return secret;
}

Secret Secret::random(std::size_t size)
{
    Secret secret{size};
    if (size > 0)
        randombytes_buf(secret.m_data, size);
    return secret;
}

void wipe(std::string& text)
{
    sodium_memzero(text.data(), text.size());
    text.clear();
}

void wipe(Bytes& bytes)
{
    if (!bytes.empty())
        sodium_memzero(bytes.data(), bytes.size());
    bytes.clear();
}

bool equal_in_constant_time(ByteView a, ByteView b)
{
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

} // namespace kith::crypto
