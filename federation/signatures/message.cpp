// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/message.h"

#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"

#include <algorithm>

namespace kith::signatures {

namespace {

std::string_view trim(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

} // namespace

std::string lower_case(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return out;
}

std::string digest_of(std::string_view body)
{
    return crypto::to_base64(crypto::sha256(body));
}

Result<Message> outgoing_message(std::string_view method, std::string_view address, std::string body_digest)
{
    const auto mark = address.find("://");
    Message message;
    message.method = method;
    message.scheme = lower_case(address.substr(0, mark == std::string_view::npos ? 0 : mark));
    if (message.scheme != "https" && message.scheme != "http")
        return fail(Errc::invalid, "Only http and https addresses can be signed for.");
    auto rest = address.substr(mark + 3);
    rest = rest.substr(0, rest.find('#'));
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = rest.substr(0, end);
    if (authority.empty() || authority.find('@') != std::string_view::npos)
        return fail(Errc::invalid, "The address to sign for has no plain host.");
    message.target = rest.substr(end);
    if (!message.target.starts_with('/'))
        message.target.insert(message.target.begin(), '/');
    message.headers.emplace_back("Host", normal_authority(authority, message.scheme));
    message.body_digest = std::move(body_digest);
    return message;
}

std::vector<std::string> field_values(const Headers& headers, std::string_view name)
{
    const auto wanted = lower_case(name);
    std::vector<std::string> values;
    for (const auto& [key, value] : headers) {
        if (lower_case(key) == wanted)
            values.emplace_back(trim(value));
    }
    return values;
}

std::optional<std::string> single_field(const Headers& headers, std::string_view name)
{
    auto values = field_values(headers, name);
    if (values.size() != 1)
        return std::nullopt;
    return std::move(values.front());
}

std::string normal_authority(std::string_view authority, std::string_view scheme)
{
    auto out = lower_case(authority);
    const std::string_view usual = scheme == "http" ? ":80" : ":443";
    if (out.ends_with(usual))
        out.resize(out.size() - usual.size());
    return out;
}

} // namespace kith::signatures
