// SPDX-License-Identifier: Apache-2.0
#include "server/http/multipart.h"

#include "server/http/syntax.h"

namespace kith::http {

namespace {

constexpr std::size_t k_max_parts = 64;
constexpr std::size_t k_max_part_header = 4 << 10;

Error broken(const char* cause)
{
    return fail(Errc::malformed, "The form in the body is not valid multipart/form-data.", cause);
}

/// The parameter `wanted` of a field such as `form-data; name="a"; filename="b;c"`, unquoted.
std::optional<std::string> parameter(std::string_view field, std::string_view wanted)
{
    auto rest = field.substr(std::min(field.find(';'), field.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1); // ';'
        const auto equals = rest.find_first_of("=;");
        if (equals == rest.npos)
            return std::nullopt;
        const auto name = trim(rest.substr(0, equals));
        const bool has_value = rest[equals] == '=';
        rest.remove_prefix(has_value ? equals + 1 : equals);
        std::string value;
        if (has_value && rest.starts_with('"')) {
            std::size_t i = 1;
            for (; i < rest.size() && rest[i] != '"'; ++i) {
                // Only an escaped quote or backslash counts: browsers send plain backslashes in file names.
                if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
                    ++i;
                value += rest[i];
            }
            if (i >= rest.size())
                return std::nullopt;
            rest.remove_prefix(i + 1);
            rest.remove_prefix(std::min(rest.find(';'), rest.size()));
        } else if (has_value) {
            const auto end = std::min(rest.find(';'), rest.size());
            value = trim(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        if (iequals(name, wanted))
            return value;
    }
    return std::nullopt;
}

Result<Part> parse_part_header(std::string_view header)
{
    Part part;
    bool named = false;
    while (!header.empty()) {
        const auto end = header.find("\r\n");
        const auto line = header.substr(0, end);
        header = end == header.npos ? std::string_view{} : header.substr(end + 2);
        const auto colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon)))
            return broken("a part's header field is not valid");
        const auto name = line.substr(0, colon);
        const auto value = trim(line.substr(colon + 1));
        if (iequals(name, "Content-Disposition")) {
            auto field_name = parameter(value, "name");
            if (!iequals(trim(value.substr(0, value.find(';'))), "form-data") || !field_name)
                return broken("a part has no name");
            part.name = std::move(*field_name);
            part.filename = parameter(value, "filename");
            named = true;
        } else if (iequals(name, "Content-Type")) {
            part.content_type = value;
        }
    }
    if (!named)
        return broken("a part has no Content-Disposition");
    return part;
}

} // namespace

Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body)
{
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) // RFC 2046, 5.1.1
        return broken("no boundary");
    const auto delimiter = "\r\n--" + *boundary;
    const auto first = std::string_view{delimiter}.substr(2);
    // RFC 2046, 5.1.1: a preamble may come before the first boundary, and is ignored.
    std::size_t at = body.starts_with(first) ? 0 : body.find(delimiter);
    if (at == body.npos)
        return broken("the boundary does not appear");
    body.remove_prefix(at == 0 && body.starts_with(first) ? first.size() : at + delimiter.size());

    std::vector<Part> parts;
    while (!body.starts_with("--")) {
        const auto line_end = body.find("\r\n");
        if (line_end == body.npos || !trim(body.substr(0, line_end)).empty())
            return broken("a boundary line goes on");
        body.remove_prefix(line_end + 2);
        const auto header_end = body.find("\r\n\r\n");
        if (header_end == body.npos || header_end > k_max_part_header)
            return broken("a part's header does not end");
        if (parts.size() == k_max_parts)
            return fail(Errc::too_large, "The form has too many parts.");
        TRY(auto part, parse_part_header(body.substr(0, header_end)));
        body.remove_prefix(header_end + 2); // the CRLF that is left belongs to the delimiter of an empty part
        const auto data_end = body.find(delimiter);
        if (data_end == body.npos)
            return broken("the closing boundary is missing");
        part.data = data_end < 2 ? std::string_view{} : body.substr(2, data_end - 2);
        parts.push_back(std::move(part));
        body.remove_prefix(data_end + delimiter.size());
    }
    return parts;
}

} // namespace kith::http
