// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.h"

#include "server/http/chunk.h"

#include "server/http/syntax.h"

#include <algorithm>
#include <stdexcept>

namespace kith::http {

namespace {

void clear_text(std::string& text, std::size_t kept)
{
    text.clear();
    if (text.capacity() > kept)
        std::string{}.swap(text); // assigning an empty one would keep the block
}

} // namespace

const char* to_string(Method method)
{
    switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
    }
    return "GET";
}

void Headers::set(std::string name, std::string value)
{
    std::erase_if(m_fields, [&](const auto& field) { return iequals(field.first, name); });
    m_fields.emplace_back(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name)
{
    std::erase_if(m_fields, [&](const auto& field) { return iequals(field.first, name); });
}

void Headers::clear()
{
    static constexpr std::size_t k_kept = 32;
    m_fields.clear();
    if (m_fields.capacity() > k_kept)
        m_fields.shrink_to_fit();
}

std::optional<std::string_view> Headers::find(std::string_view name) const
{
    for (const auto& [key, value] : m_fields)
        if (iequals(key, name))
            return value;
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const
{
    return static_cast<std::size_t>(std::count_if(m_fields.begin(), m_fields.end(), [&](const auto& field) {
        return iequals(field.first, name);
    }));
}

const std::string& Request::param(std::string_view name) const
{
    for (const auto& [key, value] : path_params)
        if (key == name)
            return value;
    throw std::logic_error("the route has no parameter :" + std::string{name});
}

void Request::clear()
{
    static constexpr std::size_t k_kept = 256;
    method = Method::get;
    for (auto* text : {&target, &path, &query})
        clear_text(*text, k_kept);
    headers.clear();
    clear_body();
    peer_address.clear();
    secure = false;
    via_proxy = false;
    retry_after = {};
    id.clear();
    path_params.clear();
    identity.reset();
}

void Request::clear_body()
{
    static constexpr std::size_t k_kept = 4 << 10;
    clear_text(body, k_kept);
}

Result<json::value> Request::json_body() const
{
    JsonLimits limits;
    limits.max_bytes = body.size(); // the listener has bounded it
    limits.max_depth = 32;
    return parse_json(body, limits);
}

Response::Response(int status_code, std::string content_type, std::string content)
    : status(status_code), body(std::move(content))
{
    headers.add("Content-Type", std::move(content_type));
}

Response json_response(int status, const json::value& body)
{
    return Response{status, "application/json; charset=utf-8", to_text(body)};
}

Response text_response(int status, std::string text)
{
    return Response{status, "text/plain; charset=utf-8", std::move(text)};
}

Response html_response(int status, std::string html)
{
    return Response{status, "text/html; charset=utf-8", std::move(html)};
}

Response redirect_response(int status, std::string location)
{
    Response response;
    response.status = status;
    response.headers.add("Location", std::move(location));
    return response;
}

Response event_response(EventStream stream)
{
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Accel-Buffering", "no"); // nginx would collect a buffer full first
    response.events = std::make_shared<EventStream>(std::move(stream));
    return response;
}

std::shared_ptr<const std::string> event_frame(std::string_view event, std::string_view data)
{
    std::string text{"event: "};
    text.append(event).append("\ndata: ");
    for (const char c : data) {
        if (c == '\n')
            text += "\ndata: ";
        else
            text += c;
    }
    text += "\n\n";
    return std::make_shared<const std::string>(as_chunk(text));
}

} // namespace kith::http
