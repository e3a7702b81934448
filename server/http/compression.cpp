// SPDX-License-Identifier: Apache-2.0
#include "server/http/compression.h"

#include "server/http/syntax.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>

namespace kith::http {

namespace {

constexpr int k_max_under_way = 64; ///< each has a few hundred KiB
constexpr int k_level = 1;
std::atomic<int> g_under_way{0};

class Gzip final : public Compressor {
public:
    Gzip() : m_good(deflateInit2(&m_stream, k_level, Z_DEFLATED, k_gzip_window, k_memory, Z_DEFAULT_STRATEGY) == Z_OK) { }
    ~Gzip() override { deflateEnd(&m_stream); }
    bool good() const { return m_good; }

    bool add(std::string_view piece, bool is_last, std::string& out) override
    {
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data())); // zlib reads only
        m_stream.avail_in = static_cast<uInt>(piece.size());
        const auto start = out.size();
        const auto room = deflateBound(&m_stream, static_cast<uLong>(piece.size())) + k_slack;
        out.resize(start + room);
        m_stream.next_out = reinterpret_cast<Bytef*>(out.data() + start);
        m_stream.avail_out = static_cast<uInt>(room);
        const int state = deflate(&m_stream, is_last ? Z_FINISH : Z_SYNC_FLUSH);
        out.resize(start + room - m_stream.avail_out);
        if (is_last)
            deflateReset(&m_stream);
        return is_last ? state == Z_STREAM_END : state == Z_OK && m_stream.avail_in == 0;
    }

private:
    static constexpr int k_gzip_window = 15 + 16; ///< 16: gzip's header and trailer instead of zlib's
    static constexpr int k_memory = 8;
    static constexpr std::size_t k_slack = 64; ///< what a flush may add
    z_stream m_stream{};
    bool m_good;
};

class Zstd final : public Compressor {
public:
    Zstd() : m_context(ZSTD_createCCtx())
    {
        if (!m_context)
            return;
        ZSTD_CCtx_setParameter(m_context, ZSTD_c_compressionLevel, k_level);
        ZSTD_CCtx_setParameter(m_context, ZSTD_c_windowLog, k_window_bits);
    }
    ~Zstd() override { ZSTD_freeCCtx(m_context); }
    bool good() const { return m_context; }

    bool add(std::string_view piece, bool is_last, std::string& out) override
    {
        const auto start = out.size();
        out.resize(start + ZSTD_compressBound(piece.size()) + k_slack);
        ZSTD_inBuffer input{piece.data(), piece.size(), 0};
        ZSTD_outBuffer output{out.data(), out.size(), start};
        const auto left = ZSTD_compressStream2(m_context, &output, &input, is_last ? ZSTD_e_end : ZSTD_e_flush);
        out.resize(output.pos);
        if (is_last)
            ZSTD_CCtx_reset(m_context, ZSTD_reset_session_only);
        return !ZSTD_isError(left) && left == 0 && input.pos == input.size;
    }

private:
    static constexpr int k_window_bits = 17; ///< RFC 8878 lets clients refuse more than 8 MiB; a little does for a page
    static constexpr std::size_t k_slack = 64;
    ZSTD_CCtx* m_context;
};

template <class Kind>
std::unique_ptr<Compressor> make()
{
    auto compressor = std::make_unique<Kind>();
    if (!compressor->good())
        return nullptr;
    return compressor;
}

std::unique_ptr<Compressor> make_of(Coding coding)
{
    switch (coding) {
    case Coding::gzip: return make<Gzip>();
    case Coding::zstd: return make<Zstd>();
    case Coding::none: break;
    }
    return nullptr;
}

/// One of those that go on while other connections have their turn.
class Counted final : public Compressor {
public:
    explicit Counted(Coding coding) : m_place(++g_under_way), m_inner(m_place <= k_max_under_way ? make_of(coding) : nullptr) { }
    ~Counted() override { --g_under_way; }
    bool good() const { return m_inner != nullptr; }
    bool add(std::string_view piece, bool is_last, std::string& out) override { return m_inner->add(piece, is_last, out); }

private:
    const int m_place;
    std::unique_ptr<Compressor> m_inner;
};

/// RFC 9110, 12.4.2: "0.5" as 500; what is no weight counts as not wanted.
int weight_of(std::string_view parameters)
{
    const auto equals = std::min(parameters.size(), parameters.find('='));
    if (!iequals(trim(parameters.substr(0, equals)), "q"))
        return 1000;
    const auto value = trim(parameters.substr(std::min(parameters.size(), equals + 1)));
    if (value.size() > 5 || value.empty() || (value[0] != '0' && value[0] != '1') || (value.size() > 1 && value[1] != '.'))
        return 0;
    int weight = (value[0] - '0') * 1000;
    int unit = 100;
    for (const char digit : value.substr(std::min<std::size_t>(value.size(), 2))) {
        if (digit < '0' || digit > '9')
            return 0;
        weight += (digit - '0') * unit;
        unit /= 10;
    }
    return std::min(weight, 1000);
}

bool is_text(std::string_view type)
{
    if (iequals(type.substr(0, 17), "text/event-stream"))
        return false;
    const auto plain = lower(trim(type.substr(0, type.find(';'))));
    return plain.starts_with("text/") || plain.ends_with("json") || plain.ends_with("xml") || plain.ends_with("javascript");
}

bool holds_secrets(const Request& request, const Response& response)
{
    return request.path.starts_with("/oauth") || response.headers.find("Set-Cookie") ||
           list_has(response.headers.find("Cache-Control").value_or(""), "no-store");
}

} // namespace

Coding choose_coding(std::string_view accept_encoding)
{
    static constexpr int k_unnamed = -1;
    int gzip = k_unnamed, zstd = k_unnamed, others = 0;
    while (!accept_encoding.empty()) {
        const auto item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
        const auto semicolon = std::min(item.size(), item.find(';'));
        const auto name = trim(item.substr(0, semicolon));
        const int weight = weight_of(trim(item.substr(std::min(item.size(), semicolon + 1))));
        if (iequals(name, "gzip") || iequals(name, "x-gzip"))
            gzip = weight;
        else if (iequals(name, "zstd"))
            zstd = weight;
        else if (name == "*")
            others = weight;
    }
    gzip = gzip == k_unnamed ? others : gzip;
    zstd = zstd == k_unnamed ? others : zstd;
    if (zstd > 0 && zstd >= gzip)
        return Coding::zstd;
    return gzip > 0 ? Coding::gzip : Coding::none;
}

Coding coding_for(const Request& request, Response& response, std::size_t min_bytes)
{
    if (min_bytes == 0 || response.body.size() < min_bytes || !is_text(response.headers.find("Content-Type").value_or("")) ||
        response.headers.find("Content-Encoding") || holds_secrets(request, response))
        return Coding::none;
    if (!list_has(response.headers.find("Vary").value_or(""), "Accept-Encoding"))
        response.headers.add("Vary", "Accept-Encoding");
    const auto accepted = request.headers.find("Accept-Encoding");
    return accepted ? choose_coding(*accepted) : Coding::none;
}

Compressor* Compressor::of_this_thread(Coding coding)
{
    thread_local std::unique_ptr<Compressor> gzip, zstd;
    auto& compressor = coding == Coding::gzip ? gzip : zstd;
    if (!compressor)
        compressor = make_of(coding);
    return compressor.get();
}

std::unique_ptr<Compressor> Compressor::create(Coding coding)
{
    auto compressor = std::make_unique<Counted>(coding);
    if (!compressor->good())
        return nullptr;
    return compressor;
}

void weaken_etag(Response& response)
{
    const auto etag = response.headers.find("ETag");
    if (etag && !etag->starts_with("W/"))
        response.headers.set("ETag", "W/" + std::string{*etag});
}

void set_encoded(Response& response, Coding coding, std::string encoded)
{
    if (encoded.size() >= response.body.size())
        return;
    response.body = std::move(encoded);
    response.headers.set("Content-Encoding", coding == Coding::zstd ? "zstd" : "gzip");
    weaken_etag(response);
}

awaitable<void> compress(Response& response, Coding coding)
{
    std::string encoded;
    if (response.body.size() <= Compressor::k_piece) {
        auto* compressor = Compressor::of_this_thread(coding);
        if (compressor && compressor->add(response.body, true, encoded))
            set_encoded(response, coding, std::move(encoded));
        co_return;
    }
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto compressor = Compressor::create(coding);
    for (std::string_view rest = response.body; compressor;) {
        const auto piece = rest.substr(0, Compressor::k_piece);
        rest.remove_prefix(piece.size());
        if (!compressor->add(piece, rest.empty(), encoded))
            break;
        if (rest.empty()) {
            set_encoded(response, coding, std::move(encoded));
            break;
        }
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
}

} // namespace kith::http
