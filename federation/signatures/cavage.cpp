// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/cavage.h"

#include "federation/signatures/bounds.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace kith::signatures {

namespace {

Error unreadable()
{
    return fail(Errc::unauthorized, "The Signature header cannot be read.");
}

using Parameters = std::map<std::string, std::string, std::less<>>;

bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `name="value"` or `name=123`, between commas. Some peers quote the numbers, too.
Result<Parameters> read_parameters(std::string_view text)
{
    Parameters out;
    const auto skip_blanks = [&] {
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    };
    for (skip_blanks(); !text.empty(); skip_blanks()) {
        if (!out.empty()) {
            if (text.front() != ',')
                return unreadable();
            text.remove_prefix(1);
            skip_blanks();
        }
        const auto name_end = std::find_if_not(text.begin(), text.end(), is_name_character);
        const std::string name{text.begin(), name_end};
        text.remove_prefix(name.size());
        if (name.empty() || !text.starts_with('='))
            return unreadable();
        text.remove_prefix(1);
        std::string value;
        if (text.starts_with('"')) {
            const auto end = text.find('"', 1);
            if (end == std::string_view::npos)
                return unreadable();
            value = text.substr(1, end - 1);
            text.remove_prefix(end + 1);
        } else {
            const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
            value = text.substr(0, end);
            text.remove_prefix(end);
        }
        if (value.empty() || value.find('\\') != std::string::npos)
            return unreadable();
        if (!out.emplace(name, std::move(value)).second)
            return fail(Errc::unauthorized, "The Signature header has a parameter twice.");
    }
    return out;
}

Result<std::optional<std::int64_t>> read_seconds(const Parameters& parameters, std::string_view name)
{
    const auto found = parameters.find(name);
    if (found == parameters.end())
        return std::optional<std::int64_t>{};
    const auto& text = found->second;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > k_max_seconds)
        return fail(Errc::unauthorized, "The signature's times cannot be read.");
    return std::optional{value};
}

Result<std::vector<std::string>> read_covered(const Parameters& parameters)
{
    const auto found = parameters.find("headers");
    if (found == parameters.end())
        return std::vector<std::string>{"date"};
    const auto list = lower_case(found->second);
    std::vector<std::string> covered;
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(' ', begin), list.size());
        auto name = list.substr(begin, end - begin);
        begin = end + 1;
        if (name.empty())
            continue;
        if (covered.size() == k_max_covered ||
            std::find(covered.begin(), covered.end(), name) != covered.end())
            return fail(Errc::unauthorized,
                        "The signature covers too many headers, or one of them twice.");
        covered.push_back(std::move(name));
    }
    return covered;
}

Result<std::string> line_of(const std::string& name, const Message& message,
                            const ParsedSignature& signature, std::string_view target)
{
    if (name == "(request-target)")
        return lower_case(message.method) + " " + std::string{target};
    if (name == "(created)" || name == "(expires)") {
        const auto& time = name == "(created)" ? signature.created : signature.expires;
        // 2.3: an error with the algorithms that were named after their key, which knew no such fields.
        if (!time || signature.algorithm.starts_with("rsa-") || signature.algorithm.starts_with("hmac-"))
            return fail(Errc::unauthorized, "The signature covers a time that it does not have.");
        return std::to_string(*time);
    }
    const auto values = field_values(message.headers, name);
    if (values.empty())
        return fail(Errc::unauthorized,
                    "The signature covers a header that the request does not have.");
    std::string joined = values.front();
    for (std::size_t i = 1; i < values.size(); ++i)
        joined += ", " + values[i];
    return joined;
}

} // namespace

Result<ParsedSignature> parse_cavage(std::string_view header)
{
    if (header.size() > k_max_signature_header)
        return fail(Errc::unauthorized, "The Signature header is too long.");
    TRY(const auto parameters, read_parameters(header));
    const auto get = [&](std::string_view name) {
        const auto found = parameters.find(name);
        return found == parameters.end() ? std::string{} : found->second;
    };
    ParsedSignature parsed;
    parsed.form = Form::Cavage;
    parsed.key_id = get("keyId");
    if (parsed.key_id.empty())
        return fail(Errc::unauthorized, "The signature does not name its key.");
    const auto signature = get("signature");
    if (signature.empty())
        return fail(Errc::unauthorized, "The Signature header has no signature in it.");
    auto bytes = crypto::from_base64(signature);
    if (!bytes)
        return fail(Errc::unauthorized, "The signature is not valid base64.");
    parsed.signature = std::move(*bytes);
    parsed.algorithm = lower_case(get("algorithm"));
    TRY(parsed.covered, read_covered(parameters));
    TRY(parsed.created, read_seconds(parameters, "created"));
    TRY(parsed.expires, read_seconds(parameters, "expires"));
    return parsed;
}

Result<std::string> signing_string(const Message& message, const ParsedSignature& signature, std::string_view target)
{
    std::string out;
    for (const auto& name : signature.covered) {
        TRY(const auto value, line_of(name, message, signature, target));
        if (!out.empty())
            out += '\n';
        out += name + ": " + value;
    }
    return out;
}

} // namespace kith::signatures
