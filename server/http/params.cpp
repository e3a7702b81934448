// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.h"
#include "server/http/multipart.h"
#include "server/http/syntax.h"

#include <boost/json/serialize.hpp>

namespace kith::http {

namespace {

constexpr std::size_t k_max_pairs = 256;
constexpr std::size_t k_max_name = 256;

Error too_many()
{
    return fail(Errc::too_large, "The request has too many parameters.");
}

/// What every parameter must be, wherever it came from. NUL would be cut or refused by the databases.
Result<void> check_pair(const Params& params, std::string_view name, std::string_view value)
{
    if (params.pairs().size() >= k_max_pairs)
        return too_many();
    if (name.size() > k_max_name)
        return fail(Errc::malformed, "The name of a parameter is too long.");
    if (name.find('\0') != name.npos || value.find('\0') != value.npos || !is_utf8(name) || !is_utf8(value))
        return fail(Errc::malformed, "A parameter is not valid text.");
    return {};
}

Result<void> add_checked(Params& params, std::string name, std::string value)
{
    TRY_VOID(check_pair(params, name, value));
    params.add(std::move(name), std::move(value));
    return {};
}

Result<void> flatten(Params& params, const std::string& name, const json::value& value)
{
    if (name.size() > k_max_name)
        return fail(Errc::malformed, "The name of a parameter is too long.");
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object)
            TRY_VOID(flatten(params, name + '[' + std::string{member.key()} + ']', member.value()));
        return {};
    }
    if (const auto* list = value.if_array()) {
        for (const auto& item : *list)
            TRY_VOID(flatten(params, name + "[]", item));
        return {};
    }
    if (value.is_null())
        return {};
    if (const auto* text = value.if_string())
        return add_checked(params, name, std::string{*text});
    return add_checked(params, name, json::serialize(value)); // numbers, true, false
}

Result<void> add_encoded(Params& params, std::string_view encoded)
{
    while (!encoded.empty()) {
        const auto ampersand = encoded.find('&');
        const auto pair = encoded.substr(0, ampersand);
        encoded = ampersand == encoded.npos ? std::string_view{} : encoded.substr(ampersand + 1);
        if (pair.empty())
            continue;
        const auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), Plus::space);
        auto value =
            percent_decode(equals == pair.npos ? std::string_view{} : pair.substr(equals + 1), Plus::space);
        if (!name || !value)
            return fail(Errc::malformed, "A parameter has a broken percent escape.");
        TRY_VOID(add_checked(params, std::move(*name), std::move(*value)));
    }
    return {};
}

Result<void> add_body(Params& params, const Request& request)
{
    if (request.body.empty())
        return {};
    const auto content_type = request.headers.find("Content-Type").value_or("");
    const auto media_type = trim(content_type.substr(0, content_type.find(';')));
    if (iequals(media_type, "application/x-www-form-urlencoded"))
        return add_encoded(params, request.body);
    if (iequals(media_type, "multipart/form-data")) {
        TRY(const auto parts, parse_multipart(content_type, request.body));
        for (const auto& part : parts)
            if (!part.filename)
                TRY_VOID(add_checked(params, part.name, std::string{part.data}));
        return {};
    }
    if (iequals(media_type, "application/json")) {
        TRY(const auto value, request.json_body());
        const auto* object = value.if_object();
        if (!object)
            return fail(Errc::malformed, "The body must be a JSON object.");
        for (const auto& member : *object)
            TRY_VOID(flatten(params, std::string{member.key()}, member.value()));
    }
    return {};
}

} // namespace

Result<Params> Params::parse(std::string_view encoded)
{
    Params params;
    TRY_VOID(add_encoded(params, encoded));
    return params;
}

std::optional<std::string> Params::find(std::string_view name) const
{
    for (const auto& [key, value] : m_pairs)
        if (key == name)
            return value;
    return std::nullopt;
}

std::vector<std::string> Params::all(std::string_view name) const
{
    std::vector<std::string> values;
    for (const auto& [key, value] : m_pairs)
        if (key == name || (key.size() == name.size() + 2 && key.starts_with(name) && key.ends_with("[]")))
            values.push_back(value);
    return values;
}

Result<Params> Request::params() const
{
    TRY(auto params, Params::parse(query));
    TRY_VOID(add_body(params, *this));
    return params;
}

} // namespace kith::http
