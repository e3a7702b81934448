// SPDX-License-Identifier: Apache-2.0
#include "server/http/body_reader.h"

#include "server/http/syntax.h"

#include <algorithm>
#include <charconv>

namespace kith::http {

namespace {

constexpr std::size_t k_max_line = 1 << 10; ///< a chunk's size with its extensions, or a field of the trailer
constexpr std::size_t k_max_extension_bytes = 1 << 10;
constexpr std::size_t k_max_trailer_bytes = 4 << 10;
constexpr std::size_t k_max_trailer_fields = 32;
constexpr std::size_t k_reserve = 1 << 20;
constexpr std::size_t k_max_size_digits = 16; ///< leading zeros count: they are good for nothing

Refusal bad_chunk()
{
    return Refusal{400, "The chunks of the request's body are not valid."};
}

Refusal too_large()
{
    return Refusal{413, "The body of the request is too large."};
}

/// What would change where a request ends, or for whom it is, if somebody took it for a field of the head.
bool is_forbidden_in_trailer(std::string_view name)
{
    for (const auto* forbidden : {"Content-Length", "Transfer-Encoding", "Host", "Connection", "Authorization"})
        if (iequals(name, forbidden))
            return true;
    return false;
}

} // namespace

std::optional<Refusal> BodyReader::start(const Framing& framing, std::size_t limit)
{
    *this = BodyReader{};
    m_limit = limit;
    if (!framing.chunked && framing.length > limit)
        return too_large();
    m_left = framing.length;
    m_state = framing.chunked ? State::chunk_size : m_left > 0 ? State::plain : State::done;
    return std::nullopt;
}

std::size_t BodyReader::read(std::string_view data, std::string& body, std::optional<Refusal>& refusal)
{
    std::size_t used = 0;
    while (!is_done() && !refusal) {
        const auto rest = data.substr(used);
        std::size_t taken = 0;
        if (m_state == State::plain || m_state == State::chunk_data)
            taken = read_data(rest, body);
        else if (m_state == State::chunk_end)
            taken = read_chunk_end(rest, refusal);
        else
            taken = read_line(rest, body, refusal);
        if (taken == 0)
            break;
        used += taken;
    }
    return used;
}

std::size_t BodyReader::read_data(std::string_view data, std::string& body)
{
    // In one block where the length is known: growing by doubling would copy, and leave holes. What is promised and does
    // not come stays untouched memory, which costs nothing.
    if (m_state == State::plain && body.empty())
        body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(m_left, k_reserve)));
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), m_left));
    body.append(data.substr(0, taken));
    m_left -= taken;
    if (m_left == 0)
        m_state = m_state == State::plain ? State::done : State::chunk_end;
    return taken;
}

std::size_t BodyReader::read_chunk_end(std::string_view data, std::optional<Refusal>& refusal)
{
    static constexpr std::string_view k_end = "\r\n";
    if (!k_end.starts_with(data.substr(0, 2)))
        refusal = bad_chunk();
    if (refusal || data.size() < k_end.size())
        return 0;
    m_state = State::chunk_size;
    return k_end.size();
}

std::size_t BodyReader::read_line(std::string_view data, const std::string& body, std::optional<Refusal>& refusal)
{
    const auto newline = data.substr(0, k_max_line).find('\n');
    const auto line = data.substr(0, newline == data.npos ? 0 : newline);
    const bool endless = newline == data.npos && data.size() >= k_max_line;
    // RFC 9112, 2.2: a line ends with CR and LF; either alone is an error here.
    if (endless || (newline != data.npos && !line.ends_with('\r')) || has_control(line.substr(0, line.size() - !line.empty())))
        refusal = bad_chunk();
    if (refusal || newline == data.npos)
        return 0;
    const auto text = line.substr(0, line.size() - 1);
    refusal = m_state == State::trailer ? take_trailer(text) : take_size(text, body.size());
    return newline + 1;
}

std::optional<Refusal> BodyReader::take_size(std::string_view line, std::size_t so_far)
{
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    const auto digits = static_cast<std::size_t>(end - line.data());
    if (error != std::errc{} || digits > k_max_size_digits)
        return bad_chunk();
    const auto extensions = line.substr(digits);
    m_extension_bytes += extensions.size();
    if (!extensions.empty() && !trim(extensions).starts_with(';'))
        return bad_chunk();
    if (m_extension_bytes > k_max_extension_bytes)
        return bad_chunk();
    if (size > m_limit - std::min(m_limit, so_far))
        return too_large();
    m_left = size;
    m_state = size == 0 ? State::trailer : State::chunk_data;
    return std::nullopt;
}

std::optional<Refusal> BodyReader::take_trailer(std::string_view line)
{
    if (line.empty()) {
        m_state = State::done;
        return std::nullopt;
    }
    m_trailer_bytes += line.size();
    if (++m_trailer_fields > k_max_trailer_fields || m_trailer_bytes > k_max_trailer_bytes)
        return Refusal{431, "The trailer of the request is too large."};
    const auto name = line.substr(0, line.find(':'));
    if (name.size() == line.size() || !is_token(name) || is_forbidden_in_trailer(name))
        return bad_chunk();
    return std::nullopt;
}

} // namespace kith::http
