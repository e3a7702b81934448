// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/rfc9421.h"

#include "federation/signatures/bounds.h"
#include "federation/signatures/structured_field.h"

#include <algorithm>

namespace kith::signatures {

namespace {

Error refused(const char* sentence)
{
    return fail(Errc::unauthorized, sentence);
}

Result<void> read_parameters(const InnerList& list, ParsedSignature& parsed)
{
    for (const auto& [name, value] : list.parameters) {
        const auto* text = std::get_if<std::string>(&value);
        const auto* number = std::get_if<std::int64_t>(&value);
        if (name == "keyid" && text)
            parsed.key_id = *text;
        else if (name == "alg" && text)
            parsed.algorithm = lower_case(*text);
        else if (name == "created" && number && *number <= k_max_seconds)
            parsed.created = *number;
        else if (name == "expires" && number && *number <= k_max_seconds)
            parsed.expires = *number;
        else if (name == "keyid" || name == "alg" || name == "created" || name == "expires")
            return refused("A parameter of the signature is of the wrong type.");
    }
    return {};
}

Result<ParsedSignature> read_one(const InnerList& list, const std::string& signature)
{
    ParsedSignature parsed;
    parsed.form = Form::Rfc9421;
    parsed.parameters = list.text;
    if (list.items_have_parameters)
        return refused(
            "The signature covers a component in a form that this server does not know.");
    for (const auto& item : list.items) {
        if (std::find(parsed.covered.begin(), parsed.covered.end(), item) != parsed.covered.end())
            return refused("The signature covers a component twice.");
        parsed.covered.push_back(item);
    }
    TRY_VOID(read_parameters(list, parsed));
    if (parsed.key_id.empty())
        return refused("The signature does not name its key.");
    auto bytes = crypto::from_base64(signature);
    if (!bytes || bytes->empty())
        return refused("The signature is not valid base64.");
    parsed.signature = std::move(*bytes);
    return parsed;
}

/// RFC 9421, 2.2.
Result<std::string> derived_component(const std::string& name, const Message& message)
{
    const auto host = single_field(message.headers, "host");
    const auto query = message.target.find('?');
    if (name == "@method")
        return message.method;
    if (name == "@request-target")
        return message.target;
    if (name == "@scheme")
        return message.scheme;
    if (name == "@path")
        return query == 0 || message.target.empty() ? std::string{"/"} : message.target.substr(0, query);
    if (name == "@query")
        return query == std::string::npos ? std::string{"?"} : message.target.substr(query);
    if (!host)
        return refused("The request must have exactly one Host header.");
    const auto authority = normal_authority(*host, message.scheme);
    if (name == "@authority")
        return authority;
    if (name == "@target-uri")
        return message.scheme + "://" + authority + message.target;
    return refused("The signature covers a component that this server does not know.");
}

Result<std::string> value_of(const std::string& name, const Message& message)
{
    if (name.starts_with('@'))
        return derived_component(name, message);
    const auto values = field_values(message.headers, name);
    if (values.empty() || name != lower_case(name))
        return refused("The signature covers a header that the request does not have.");
    std::string joined = values.front();
    for (std::size_t i = 1; i < values.size(); ++i)
        joined += ", " + values[i];
    return joined;
}

} // namespace

Result<ParsedSignature> parse_rfc9421(std::string_view signature_input, std::string_view signature)
{
    if (signature_input.size() > k_max_signature_header || signature.size() > k_max_signature_header)
        return refused("The signature headers are too long.");
    const auto inputs = read_inner_lists(signature_input);
    const auto values = read_byte_sequences(signature);
    if (!inputs || !values)
        return refused("The signature headers cannot be read.");
    Error last = refused("Signature-Input and Signature have no label in common.");
    for (const auto& input : *inputs) {
        const auto value = std::find_if(values->begin(), values->end(),
                                        [&](const auto& item) { return item.first == input.label; });
        if (value == values->end())
            continue;
        auto parsed = read_one(input, value->second);
        if (parsed)
            return parsed;
        last = std::move(parsed.error());
    }
    return last;
}

Result<std::string> signature_base(const Message& message, const ParsedSignature& signature)
{
    std::string out;
    for (const auto& name : signature.covered) {
        TRY(const auto value, value_of(name, message));
        out += '"' + name + "\": " + value + '\n';
    }
    return out + "\"@signature-params\": " + signature.parameters;
}

} // namespace kith::signatures
