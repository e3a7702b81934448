// SPDX-License-Identifier: Apache-2.0
#include "server/core/trace.h"

#include <algorithm>
#include <random>
#include <set>

namespace kith::trace {

namespace {

constexpr std::size_t k_length = 55; // 00-<32>-<16>-<2>
constexpr std::size_t k_longest_state = 512;
constexpr std::size_t k_most_members = 32;

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; // 3.2.2: lower case only
}

/// False when the text is not `count` bytes in lower-case hex.
bool from_hex(std::string_view text, std::uint8_t* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

template <std::size_t N>
bool all_zero(const std::array<std::uint8_t, N>& bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

template <std::size_t N>
std::array<std::uint8_t, N> random_id()
{
    thread_local std::mt19937_64 random{(std::uint64_t{std::random_device{}()} << 32) | std::random_device{}()};
    std::array<std::uint8_t, N> id{};
    while (all_zero(id))
        for (std::size_t i = 0; i < N; i += 8) {
            auto number = random();
            for (std::size_t j = 0; j < 8; ++j, number >>= 8)
                id[i + j] = static_cast<std::uint8_t>(number);
        }
    return id;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// 3.3.1.3.1: lower-case letters, digits, _ - * /, and one @ for several tenants; 1 to 256 characters.
bool is_state_key(std::string_view key)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
    };
    return !key.empty() && key.size() <= 256 && std::all_of(key.begin(), key.end(), fits) &&
           std::count(key.begin(), key.end(), '@') <= 1 && key.front() != '@' && key.back() != '@';
}

// 3.3.1.3.2: printable ASCII without comma and equals sign, not ending in a space; 1 to 256 characters.
bool is_state_value(std::string_view value)
{
    return !value.empty() && value.size() <= 256 && value.back() != ' ' &&
           std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

} // namespace

std::string to_hex(const std::uint8_t* bytes, std::size_t count)
{
    std::string text(2 * count, '0');
    for (std::size_t i = 0; i < count; ++i) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
std::optional<Context> parse_traceparent(std::string_view value)
{
    value = trimmed(value);
    std::uint8_t version = 0, flags = 0;
    Context context;
    if (value.size() < k_length || value[2] != '-' || value[35] != '-' || value[52] != '-' ||
        !from_hex(value, &version, 1) || version == 0xff || !from_hex(value.substr(3), context.trace_id.data(), 16) ||
        !from_hex(value.substr(36), context.span_id.data(), 8) || !from_hex(value.substr(53), &flags, 1))
        return std::nullopt;
    // 4.3: a later version may be longer, after another dash.
    if (value.size() > k_length && (version == 0 || value[k_length] != '-'))
        return std::nullopt;
    if (all_zero(context.trace_id) || all_zero(context.span_id))
        return std::nullopt;
    context.sampled = (flags & 1) != 0;
    return context;
}

std::string to_traceparent(const Context& context)
{
    return "00-" + to_hex(context.trace_id.data(), 16) + "-" + to_hex(context.span_id.data(), 8) +
           (context.sampled ? "-01" : "-00");
}

// https://www.w3.org/TR/trace-context/#tracestate-header
std::string join_tracestate(const std::vector<std::string_view>& values)
{
    std::string joined;
    std::set<std::string_view> keys;
    for (auto rest : values)
        while (!rest.empty()) {
            const auto member = trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.find(',') == rest.npos ? rest.size() : rest.find(',') + 1, rest.size()));
            if (member.empty())
                continue;
            const auto equals = member.find('=');
            if (equals == member.npos || !is_state_key(member.substr(0, equals)) ||
                !is_state_value(member.substr(equals + 1)) || !keys.insert(member.substr(0, equals)).second)
                return {};
            joined += joined.empty() ? "" : ",";
            joined += member;
            if (keys.size() > k_most_members || joined.size() > k_longest_state)
                return {};
        }
    return joined;
}

ActivePointer untraced(std::string request_id)
{
    if (request_id.empty())
        return nullptr;
    Active active{nullptr, {}};
    active.context.request_id = std::move(request_id);
    return std::make_shared<const Active>(std::move(active));
}

OpenSpan::OpenSpan(Sink& sink, Context context, std::optional<std::array<std::uint8_t, 8>> parent, std::string name,
                   Kind kind)
    : m_active(std::make_shared<Active>(Active{&sink, context})), m_start(std::chrono::steady_clock::now())
{
    m_span.context = std::move(context);
    m_span.parent = parent;
    m_span.name = std::move(name);
    m_span.kind = kind;
    m_span.start = std::chrono::system_clock::now();
}

namespace {

Context child_of(Context context)
{
    context.span_id = random_id<8>();
    return context;
}

} // namespace

OpenSpan::OpenSpan(const Active& active, std::string name, Kind kind)
    : OpenSpan(*active.sink, child_of(active.context), active.context.span_id, std::move(name), kind)
{
}

OpenSpan::~OpenSpan()
{
    m_span.duration = std::chrono::steady_clock::now() - m_start;
    m_active->sink->take(std::move(m_span));
}

std::unique_ptr<OpenSpan> Tracer::begin(std::string name, Kind kind, const std::optional<Context>& incoming,
                                        bool trusted, std::string request_id) const
{
    thread_local std::minstd_rand random{std::random_device{}()};
    const bool sampled = incoming && trusted ? incoming->sampled
                                             : std::uniform_int_distribution<unsigned>{0, 999}(random) < m_per_mille;
    if (!sampled)
        return nullptr;
    Context context = incoming ? *incoming : Context{};
    context.sampled = true;
    context.span_id = random_id<8>();
    context.request_id = std::move(request_id);
    std::optional<std::array<std::uint8_t, 8>> parent;
    if (incoming)
        parent = incoming->span_id;
    else
        context.trace_id = random_id<16>();
    return std::make_unique<OpenSpan>(m_sink, std::move(context), parent, std::move(name), kind);
}

} // namespace kith::trace
