// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"

#include <filesystem>

namespace kith::crypto {

/// Bytes that must not leak: in guarded, locked memory, zeroed at the end, never copied by accident.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::size_t size); ///< zeroed; throws std::bad_alloc
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    static Secret copy_of(ByteView bytes);
    static Secret random(std::size_t size);
    Secret clone() const { return copy_of(view()); }

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    ByteView view() const { return {m_data, m_size}; }
    std::span<std::byte> bytes() { return {m_data, m_size}; }

private:
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Zeroes a buffer in a way the compiler keeps. For strings that held a password.
void wipe(std::string& text);
void wipe(Bytes& bytes);

/// Compares without telling by its time where the first difference is. The lengths are not secret.
bool equal_in_constant_time(ByteView a, ByteView b);

enum class CreateIfMissing { No, Yes };
/// The raw key in a file such as `secret.key`. Made with random bytes, mode 0600, atomically, and with its folder
/// synced, when it is missing and may be made: two processes that start at once end with the same key.
/// `not_found` when missing, `forbidden` when others may read it or it is not a regular file of ours, `malformed`
/// when its size is not `size`.
Result<Secret> load_key_file(const std::filesystem::path& path, std::size_t size, CreateIfMissing create);

} // namespace kith::crypto
