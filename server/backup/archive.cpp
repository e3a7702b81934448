// SPDX-License-Identifier: Apache-2.0
#include "server/backup/archive.h"

#include <algorithm>
#include <array>

namespace kith::backup {

using crypto::Bytes;
using crypto::ByteView;

namespace {

constexpr std::size_t k_longest_name = 1000;

Bytes number(std::uint32_t value, std::size_t bytes)
{
    Bytes out(bytes);
    for (auto at = out.rbegin(); at != out.rend(); ++at, value >>= 8)
        *at = static_cast<std::byte>(value & 0xff);
    return out;
}

} // namespace

bool is_safe_name(std::string_view name)
{
    if (name.empty() || name.size() > k_longest_name)
        return false;
    const auto bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; };
    if (std::ranges::any_of(name, bad))
        return false;
    while (true) {
        const auto part = name.substr(0, name.find('/'));
        if (part.empty() || part == "." || part == "..")
            return false;
        if (part.size() == name.size())
            return true;
        name.remove_prefix(part.size() + 1);
    }
}

Result<void> ArchiveWriter::begin(std::string_view name)
{
    if (!is_safe_name(name))
        return fail(Errc::invalid, "The file \"" + std::string{name} +
                                       "\" has a name that no backup may hold: rename it, or move it elsewhere.");
    TRY_VOID(m_file.write(number(static_cast<std::uint32_t>(name.size()), 2)));
    return m_file.write(crypto::as_bytes(name));
}

Result<void> ArchiveWriter::write(ByteView bytes)
{
    while (!bytes.empty()) {
        const auto block = bytes.first(std::min(bytes.size(), k_piece_bytes));
        TRY_VOID(m_file.write(number(static_cast<std::uint32_t>(block.size()), 4)));
        TRY_VOID(m_file.write(block));
        bytes = bytes.subspan(block.size());
    }
    return {};
}

Result<void> ArchiveWriter::end()
{
    return m_file.write(number(0, 4));
}

Result<void> ArchiveWriter::add(std::string_view name, ByteView bytes)
{
    TRY_VOID(begin(name));
    TRY_VOID(write(bytes));
    return end();
}

Result<void> ArchiveWriter::finish()
{
    TRY_VOID(m_file.write(number(0, 2)));
    return m_file.finish();
}

Result<void> ArchiveReader::read_exactly(std::span<std::byte> into)
{
    while (!into.empty()) {
        TRY(const auto count, m_file.read(into));
        if (count == 0)
            return fail(Errc::malformed, "The backup ends in the middle of a file.");
        into = into.subspan(count);
    }
    return {};
}

Result<std::uint32_t> ArchiveReader::number(std::size_t bytes)
{
    std::array<std::byte, 4> buffer{};
    TRY_VOID(read_exactly(std::span{buffer}.first(bytes)));
    std::uint32_t value = 0;
    for (const auto byte : std::span{buffer}.first(bytes))
        value = value << 8 | std::to_integer<std::uint32_t>(byte);
    return value;
}

Result<std::optional<std::string>> ArchiveReader::next()
{
    std::array<std::byte, 4096> skipped{};
    while (m_inside)
        TRY_VOID(read(skipped));
    TRY(const auto size, number(2));
    if (size == 0) {
        TRY(const auto more, m_file.read(skipped));
        if (more != 0)
            return fail(Errc::malformed, "Something follows the last file of the backup.");
        return std::optional<std::string>{};
    }
    std::string name(std::min<std::size_t>(size, k_longest_name + 1), '\0');
    TRY_VOID(read_exactly(std::as_writable_bytes(std::span{name})));
    if (!is_safe_name(name))
        return fail(
            Errc::forbidden,
            "The backup holds a file with a name that leads elsewhere. Nobody should use it.");
    m_inside = true;
    m_left = 0;
    return std::optional<std::string>{std::move(name)};
}

Result<std::size_t> ArchiveReader::read(std::span<std::byte> into)
{
    if (!m_inside)
        return std::size_t{0};
    if (m_left == 0) {
        TRY(m_left, number(4));
        if (m_left == 0) {
            m_inside = false;
            return std::size_t{0};
        }
    }
    const auto wanted = into.first(std::min<std::size_t>(into.size(), m_left));
    TRY(const auto count, m_file.read(wanted));
    if (count == 0)
        return fail(Errc::malformed, "The backup ends in the middle of a file.");
    m_left -= static_cast<std::uint32_t>(count);
    return count;
}

Result<Bytes> ArchiveReader::read_all(std::size_t most)
{
    Bytes all;
    Bytes buffer(std::min(most + 1, k_piece_bytes));
    while (true) {
        TRY(const auto count, read(buffer));
        if (count == 0)
            return all;
        if (all.size() + count > most)
            return fail(Errc::too_large, "A file in the backup is larger than it can be.");
        all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

} // namespace kith::backup
