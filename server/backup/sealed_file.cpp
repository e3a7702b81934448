// SPDX-License-Identifier: Apache-2.0
#include "server/backup/sealed_file.h"

#include "server/backup/partial_file.h"
#include "server/backup/sealed_head.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace kith::backup {

using crypto::Bytes;
using crypto::ByteView;
using crypto::LastPiece;

namespace {

Error trouble(const std::filesystem::path& file, const char* what, int error)
{
    return fail(Errc::unavailable, "The backup " + file.string() + " cannot be " + what + ": " +
                                       std::generic_category().message(error) + ".");
}

/// Fills `into` unless the file ends before.
Result<std::size_t> read_full(const std::filesystem::path& file, int descriptor, std::span<std::byte> into)
{
    std::size_t have = 0;
    while (have < into.size()) {
        const auto got = ::read(descriptor, into.data() + have, into.size() - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return trouble(file, "read", errno);
        if (got == 0)
            break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

/// The name must last as well as the bytes.
bool sync_folder_of(const std::filesystem::path& file)
{
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    return synced;
}

} // namespace

SealedWriter::SealedWriter(std::filesystem::path file, int descriptor, crypto::StreamSealer sealer)
    : m_file(std::move(file)), m_partial(m_file), m_descriptor(descriptor), m_sealer(std::move(sealer))
{
    m_partial += ".part";
    m_piece.reserve(k_piece_bytes);
}

SealedWriter::SealedWriter(SealedWriter&& other) noexcept
    : m_file(std::move(other.m_file)), m_partial(std::move(other.m_partial)),
      m_descriptor(std::exchange(other.m_descriptor, -1)), m_sealer(std::move(other.m_sealer)),
      m_head(std::move(other.m_head)), m_piece(std::move(other.m_piece)), m_bytes(other.m_bytes)
{
}

SealedWriter::~SealedWriter()
{
    if (m_descriptor < 0)
        return;
    ::unlink(m_partial.c_str());
    ::close(m_descriptor);
}

Result<SealedWriter> SealedWriter::create(std::filesystem::path file, std::string_view passphrase)
{
    struct stat status { };
    if (::lstat(file.c_str(), &status) == 0)
        return fail(Errc::conflict, file.string() + " exists already, and is not replaced.");
    const auto recipe = new_recipe();
    TRY(const auto key, key_from(recipe, passphrase));
    TRY(auto sealer, crypto::StreamSealer::create(key));
    auto partial = file;
    partial += ".part";
    TRY(const int descriptor, open_partial(partial));
    if (auto ours = take_partial(descriptor, partial); !ours) {
        ::close(descriptor);
        return std::move(ours).error();
    }
    SealedWriter writer{std::move(file), descriptor, std::move(sealer)};
    writer.m_head = encode_head(recipe, writer.m_sealer.header());
    TRY_VOID(writer.write_raw(writer.m_head));
    return writer;
}

Result<void> SealedWriter::write_raw(ByteView bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return trouble(m_file, "written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> SealedWriter::seal(LastPiece last)
{
    const auto sealed = m_sealer.seal(m_piece, last, m_head);
    m_head.clear();
    m_piece.clear();
    return write_raw(sealed);
}

Result<void> SealedWriter::write(ByteView bytes)
{
    m_bytes += bytes.size();
    while (!bytes.empty()) {
        if (m_piece.size() == k_piece_bytes)
            TRY_VOID(seal(LastPiece::No));
        const auto part = bytes.first(std::min(bytes.size(), k_piece_bytes - m_piece.size()));
        m_piece.insert(m_piece.end(), part.begin(), part.end());
        bytes = bytes.subspan(part.size());
    }
    return {};
}

Result<void> SealedWriter::finish()
{
    TRY_VOID(seal(LastPiece::Yes));
    if (::fsync(m_descriptor) != 0)
        return trouble(m_file, "written", errno);
    if (::link(m_partial.c_str(), m_file.c_str()) != 0) { // which, unlike rename, replaces nothing
        if (errno == EEXIST)
            return fail(Errc::conflict, m_file.string() + " exists already, and is not replaced.");
        if (::rename(m_partial.c_str(), m_file.c_str()) != 0) // a file system without hard links
            return trouble(m_file, "named", errno);
    }
    ::unlink(m_partial.c_str());
    ::close(std::exchange(m_descriptor, -1));
    return sync_folder_of(m_file) ? Result<void>{} : trouble(m_file, "written", errno);
}

SealedReader::SealedReader(std::filesystem::path file, int descriptor, crypto::StreamOpener opener, Bytes head)
    : m_file(std::move(file)), m_descriptor(descriptor), m_opener(std::move(opener)),
      m_head(std::move(head))
{
}

SealedReader::SealedReader(SealedReader&& other) noexcept
    : m_file(std::move(other.m_file)), m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_opener(std::move(other.m_opener)), m_head(std::move(other.m_head)),
      m_piece(std::move(other.m_piece)), m_used(other.m_used), m_pieces(other.m_pieces),
      m_last(other.m_last)
{
}

SealedReader::~SealedReader()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<SealedReader> SealedReader::open(const std::filesystem::path& file, std::string_view passphrase)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return trouble(file, "read", errno);
    auto begin = [&]() -> Result<SealedReader> {
        Bytes head(k_head_bytes);
        TRY(const auto size, read_full(file, descriptor, head));
        head.resize(size);
        TRY(const auto decoded, decode_head(head));
        TRY(const auto key, key_from(decoded.recipe, passphrase));
        TRY(auto opener, crypto::StreamOpener::create(key, decoded.stream_header));
        return SealedReader{file, descriptor, std::move(opener), std::move(head)};
    };
    auto reader = begin();
    if (!reader) {
        ::close(descriptor);
        return reader;
    }
    TRY_VOID(reader->next_piece()); // says now whether the passphrase is right
    return reader;
}

Result<void> SealedReader::next_piece()
{
    Bytes sealed(k_piece_bytes + crypto::k_stream_overhead);
    TRY(const auto size, read_full(m_file, m_descriptor, sealed));
    sealed.resize(size);
    auto piece = m_opener.open(sealed, m_head);
    if (!piece && m_pieces == 0)
        return fail(Errc::forbidden, "The passphrase is not the one of this backup, or the backup "
                                     "is damaged at its beginning.");
    if (!piece)
        return fail(Errc::forbidden,
                    "The backup is damaged or ends too early, near byte " +
                        std::to_string(k_head_bytes + m_pieces * (k_piece_bytes + crypto::k_stream_overhead)) + ".");
    m_head.clear();
    m_piece = std::move(piece->bytes);
    m_used = 0;
    ++m_pieces;
    m_last = piece->last == LastPiece::Yes;
    std::byte more{};
    TRY(const auto after,
        m_last ? read_full(m_file, m_descriptor, {&more, 1}) : Result<std::size_t>{std::size_t{0}});
    if (after != 0)
        return fail(Errc::forbidden, "Something follows the end of the backup: it is damaged.");
    return {};
}

Result<std::size_t> SealedReader::read(std::span<std::byte> into)
{
    if (m_used == m_piece.size() && !m_last)
        TRY_VOID(next_piece());
    const auto count = std::min(into.size(), m_piece.size() - m_used);
    std::copy_n(m_piece.begin() + static_cast<std::ptrdiff_t>(m_used), count, into.begin());
    m_used += count;
    return count;
}

} // namespace kith::backup
