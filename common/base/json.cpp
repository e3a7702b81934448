// SPDX-License-Identifier: Apache-2.0
#include "common/base/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <unordered_set>
#include <vector>

namespace kith {

namespace {

/// Sees only keys: refuses an object that names one twice. Two readers that pick different ones of the two would
/// disagree on what was signed. (Boost.JSON itself keeps the last one without a word.)
class DuplicateKeyHandler {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using error_code = boost::system::error_code;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return m_objects.emplace_back(), true; }
    bool on_object_end(std::size_t, error_code&) { return m_objects.pop_back(), true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(std::string_view part, std::size_t, error_code&) { return m_key += part, true; }
    bool on_key(std::string_view part, std::size_t, error_code& ec)
    {
        m_key += part;
        const bool fresh = m_objects.back().insert(m_key).second;
        m_key.clear();
        if (!fresh)
            ec = json::make_error_code(json::error::extra_data);
        return fresh;
    }
    bool on_string_part(std::string_view, std::size_t, error_code&) { return true; }
    bool on_string(std::string_view, std::size_t, error_code&) { return true; }
    bool on_number_part(std::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, std::string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, std::string_view, error_code&) { return true; }
    bool on_double(double, std::string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(std::string_view, error_code&) { return true; }
    bool on_comment(std::string_view, error_code&) { return true; }

private:
    std::vector<std::unordered_set<std::string>> m_objects;
    std::string m_key;
};

} // namespace

Result<json::value> parse_json(std::string_view text, JsonLimits limits)
{
    if (text.size() > limits.max_bytes)
        return fail(Errc::too_large, "The JSON document is too large.");
    json::parse_options options;
    options.max_depth = limits.max_depth;
    boost::system::error_code ec;

    json::basic_parser<DuplicateKeyHandler> keys{options};
    keys.write_some(false, text.data(), text.size(), ec);
    if (!ec) {
        json::parser parser{{}, options};
        parser.write(text.data(), text.size(), ec);
        if (!ec)
            return parser.release();
    }
    if (ec == json::error::too_deep)
        return fail(Errc::too_large, "The JSON document is nested too deeply.");
    return fail(Errc::malformed, "The body is not valid JSON.", ec.message());
}

std::string to_text(const json::value& value)
{
    return json::serialize(value);
}

const json::value* find(const json::value& object, std::string_view key)
{
    const auto* members = object.if_object();
    return members ? members->if_contains(key) : nullptr;
}

std::optional<std::string> find_string(const json::value& object, std::string_view key)
{
    const auto* value = find(object, key);
    if (!value || !value->is_string())
        return std::nullopt;
    return std::string{value->get_string()};
}

std::optional<bool> find_bool(const json::value& object, std::string_view key)
{
    const auto* value = find(object, key);
    if (!value || !value->is_bool())
        return std::nullopt;
    return value->get_bool();
}

std::optional<std::int64_t> find_int(const json::value& object, std::string_view key)
{
    const auto* value = find(object, key);
    if (!value || !value->is_int64())
        return std::nullopt;
    return value->get_int64();
}

} // namespace kith
