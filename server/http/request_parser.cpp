// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_parser.h"

#include "server/http/syntax.h"
#include "server/http/target.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <limits>

namespace kith::http {

namespace {

namespace beast = boost::beast;
using beast::error_code;
using BeastView = beast::string_view;

constexpr std::size_t k_max_chunk_extensions = 1 << 10; ///< of one request
constexpr std::size_t k_reserve = 64 << 10; ///< a Content-Length is a promise; memory is taken for so much of it

std::string_view view(BeastView text)
{
    return {text.data(), text.size()};
}

std::optional<Method> method_of(beast::http::verb verb)
{
    switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::head: return Method::head;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::del;
    case beast::http::verb::options: return Method::options;
    default: return std::nullopt;
    }
}

/// Beast's parser, telling a Request what it sees.
class Reader final : public beast::http::basic_parser<true> {
public:
    explicit Reader(Request& request) : m_request(request) { }

    bool method_known = true;
    int version = 11;
    Result<void> target;

private:
    void on_request_impl(beast::http::verb verb, BeastView, BeastView text, int number, error_code&) override
    {
        version = number;
        const auto method = method_of(verb);
        method_known = method.has_value();
        m_request.method = method.value_or(Method::get);
        m_target = view(text);
    }
    void on_response_impl(int, BeastView, int, error_code&) override { }
    void on_field_impl(beast::http::field, BeastView name, BeastView value, error_code&) override
    {
        if (!m_in_trailer) // RFC 9112, 7.1.2: trailer fields may be discarded, and must not be merged blindly
            m_request.headers.add(std::string{view(name)}, std::string{view(value)});
    }
    void on_header_impl(error_code&) override
    {
        m_in_trailer = true;
        if (method_known)
            target = set_target(m_request, m_target); // after the fields: an absolute target replaces Host
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override
    {
        if (length)
            m_request.body.reserve(std::min<std::uint64_t>(*length, k_reserve));
    }
    std::size_t on_body_impl(BeastView body, error_code&) override
    {
        m_request.body.append(body.data(), body.size());
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, BeastView extensions, error_code& ec) override
    {
        m_chunk_extensions += extensions.size();
        const bool is_extension = extensions.empty() || trim(view(extensions)).starts_with(';');
        if (!is_extension || m_chunk_extensions > k_max_chunk_extensions)
            ec = beast::http::error::bad_chunk_extension;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override
    {
        m_request.body.append(body.data(), body.size());
        return body.size();
    }
    void on_finish_impl(error_code&) override { }

    Request& m_request;
    std::string m_target;
    std::size_t m_chunk_extensions = 0;
    bool m_in_trailer = false;
};

Refusal refusal_of(const error_code& ec)
{
    if (ec == beast::http::error::body_limit)
        return Refusal{413, "The body of the request is too large."};
    return Refusal{400, "The request is not valid HTTP."};
}

} // namespace

class RequestParser::Impl {
public:
    std::optional<Reader> reader;
};

RequestParser::RequestParser() : m_impl(std::make_unique<Impl>()) { }
RequestParser::~RequestParser() = default;

std::optional<Refusal> RequestParser::read_head(std::string_view head, Request& request, std::size_t body_limit)
{
    if (auto refusal = check_head(head))
        return refusal;
    auto& reader = m_impl->reader.emplace(request);
    reader.header_limit(std::numeric_limits<std::uint32_t>::max()); // the listener has bounded it
    reader.body_limit(body_limit);
    reader.eager(true);
    error_code ec;
    const auto used = reader.put(boost::asio::const_buffer{head.data(), head.size()}, ec);
    if (ec && ec != beast::http::error::need_more)
        return refusal_of(ec);
    if (!reader.is_header_done() || used != head.size())
        return Refusal{400, "The request is not valid HTTP."};
    if (!reader.method_known)
        return Refusal{501, "This server does not know this method."};
    if (!reader.target)
        return Refusal{400, reader.target.error().message};
    return std::nullopt;
}

std::size_t RequestParser::read_body(std::string_view data, std::optional<Refusal>& refusal)
{
    auto& reader = *m_impl->reader;
    std::size_t used = 0;
    // An eager parser stops early at some borders between chunks; go on until it wants more than there is.
    while (used < data.size() && !reader.is_done()) {
        error_code ec;
        const auto taken = reader.put(boost::asio::const_buffer{data.data() + used, data.size() - used}, ec);
        used += taken;
        if (ec == beast::http::error::need_more)
            break;
        if (ec) {
            refusal = refusal_of(ec);
            break;
        }
    }
    return used;
}

bool RequestParser::has_request() const
{
    return m_impl->reader.has_value();
}

bool RequestParser::is_done() const
{
    return m_impl->reader->is_done();
}

bool RequestParser::keep_alive() const
{
    return m_impl->reader->keep_alive();
}

bool RequestParser::is_http_1_0() const
{
    return m_impl->reader->version == 10;
}

} // namespace kith::http
