// SPDX-License-Identifier: Apache-2.0
#include "server/http/caching.h"

#include "common/base/time.h"
#include "server/http/open_file.h"
#include "server/http/syntax.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace kith::http {

namespace {

constexpr std::size_t k_etag_bytes = 16;

std::string etag_of(std::string_view body)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    if (EVP_Digest(body.data(), body.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
        return {};
    std::string tag = "\"";
    for (std::size_t i = 0; i < k_etag_bytes; ++i) {
        tag += "0123456789abcdef"[hash[i] >> 4];
        tag += "0123456789abcdef"[hash[i] & 15];
    }
    return tag + "\"";
}

std::string_view opaque_part(std::string_view etag)
{
    return etag.starts_with("W/") ? etag.substr(2) : etag;
}

/// The next entity tag of a list; empty at its end, or where it is no list of tags.
std::string_view next_tag(std::string_view& list)
{
    const auto start = list.find_first_not_of(" \t,");
    if (start == list.npos)
        return {};
    list.remove_prefix(start);
    const std::size_t quote = list.starts_with("W/") ? 2 : 0;
    if (list.substr(quote, 1) != "\"")
        return {};
    const auto end = list.find('"', quote + 1);
    if (end == list.npos)
        return {};
    const auto tag = list.substr(0, end + 1);
    list.remove_prefix(end + 1);
    return tag;
}

/// All fields of that name as one list.
std::optional<std::string> joined(const Headers& headers, std::string_view name)
{
    std::optional<std::string> list;
    for (const auto& [key, value] : headers.all())
        if (iequals(key, name))
            list = list ? *list + "," + value : value;
    return list;
}

std::optional<Timestamp> date_of(const Headers& headers, std::string_view name)
{
    const auto text = headers.find(name);
    const auto date = text ? parse_http_date(*text) : Result<Timestamp>{Timestamp{}};
    return text && date ? std::optional{*date} : std::nullopt;
}

/// RFC 9110, 13.2.2: which status the conditions give; nothing: answer as if there were none.
std::optional<int> failed_condition(const Headers& asked, const Headers& has)
{
    const auto etag = has.find("ETag").value_or("");
    const auto modified = date_of(has, "Last-Modified");
    // 1. and 2.
    if (const auto list = joined(asked, "If-Match")) {
        if (!etag_matches(*list, etag, Compare::strong))
            return 412;
    } else if (const auto since = date_of(asked, "If-Unmodified-Since"); since && modified && *modified > *since) {
        return 412;
    }
    // 3. and 4.
    if (const auto list = joined(asked, "If-None-Match")) {
        if (etag_matches(*list, etag, Compare::weak))
            return 304;
    } else if (const auto since = date_of(asked, "If-Modified-Since"); since && modified && *modified <= *since) {
        return 304;
    }
    return std::nullopt;
}

/// RFC 9110, 13.1.5: without If-Range, or where it names exactly what we have.
bool range_applies(const Headers& asked, const Headers& has)
{
    if (asked.count("Range") != 1 || asked.count("If-Range") > 1)
        return false;
    const auto condition = asked.find("If-Range");
    if (!condition)
        return true;
    if (condition->starts_with('"') || condition->starts_with("W/"))
        return etag_matches(*condition, has.find("ETag").value_or(""), Compare::strong);
    return condition == has.find("Last-Modified"); // a date is strong only if it is the same, and ours are in whole seconds
}

void drop_content(Response& response)
{
    response.body.clear();
    response.file = FilePart{};
    response.headers.remove("Content-Type");
}

void apply_range(const Request& request, Response& response)
{
    if (request.method != Method::get || !range_applies(request.headers, response.headers))
        return;
    const auto size = response.file.length;
    const auto range = parse_range(*request.headers.find("Range"), size);
    if (range.kind == ByteRange::Kind::unsatisfiable) {
        drop_content(response);
        response.status = 416;
        response.headers.set("Content-Range", "bytes */" + std::to_string(size));
    } else if (range.kind == ByteRange::Kind::part) {
        response.status = 206;
        response.headers.set("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                  std::to_string(range.first + range.length - 1) + "/" + std::to_string(size));
        response.file.offset += range.first;
        response.file.length = range.length;
    }
}

/// Digits; a number too large for 64 bits is the largest there is.
std::optional<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end != text.data() + text.size() || error == std::errc::invalid_argument)
        return std::nullopt;
    return error == std::errc{} ? number : std::numeric_limits<std::uint64_t>::max();
}

} // namespace

Response cacheable(Response response, KeptBy who, std::chrono::seconds max_age)
{
    const std::string reach = who == KeptBy::anyone ? "public" : "private";
    response.headers.set("Cache-Control", reach + (max_age.count() > 0 ? ", max-age=" + std::to_string(max_age.count()) : ", no-cache"));
    if (auto tag = etag_of(response.body); !tag.empty())
        response.headers.set("ETag", std::move(tag));
    return response;
}

bool etag_matches(std::string_view list, std::string_view etag, Compare compare)
{
    if (trim(list) == "*")
        return true;
    if (etag.empty() || (compare == Compare::strong && etag.starts_with("W/")))
        return false;
    for (auto tag = next_tag(list); !tag.empty(); tag = next_tag(list))
        if (compare == Compare::strong ? tag == etag : opaque_part(tag) == opaque_part(etag))
            return true;
    return false;
}

ByteRange parse_range(std::string_view value, std::uint64_t size)
{
    using Kind = ByteRange::Kind;
    ByteRange range;
    const auto equals = value.find('=');
    if (equals == value.npos || !iequals(trim(value.substr(0, equals)), "bytes"))
        return range;
    const auto spec = trim(value.substr(equals + 1));
    const auto dash = spec.find('-');
    if (dash == spec.npos || spec.find(',') != spec.npos)
        return range;
    const auto left = spec.substr(0, dash), right = spec.substr(dash + 1);
    const auto first = parse_number(left), last = parse_number(right);
    if ((!left.empty() && !first) || (!right.empty() && !last) || (!first && !last) || (first && last && *last < *first))
        return range;
    if (first ? *first >= size : (*last == 0 || size == 0)) {
        range.kind = Kind::unsatisfiable;
        return range;
    }
    range.kind = Kind::part;
    range.first = first ? *first : size - std::min(size, *last);
    range.length = (first && last ? std::min(*last, size - 1) : size - 1) - range.first + 1;
    return range;
}

void apply_conditions(const Request& request, Response& response)
{
    if (response.status != 200 || (request.method != Method::get && request.method != Method::head))
        return;
    if (!response.file.file && !response.headers.find("ETag") && !response.headers.find("Last-Modified"))
        return;
    if (const auto status = failed_condition(request.headers, response.headers)) {
        drop_content(response);
        response.status = *status;
    } else if (response.file.file) {
        apply_range(request, response);
    }
}

} // namespace kith::http
