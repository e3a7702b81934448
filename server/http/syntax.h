// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The small grammar that every HTTP text shares (RFC 9110, 5.6) and percent-encoding (RFC 3986, 2.1).
namespace kith::http {

/// Compares ASCII without case.
bool iequals(std::string_view a, std::string_view b);
/// One or more of the characters a field name or a method may have.
bool is_token(std::string_view text);
bool is_token_char(char c);
/// Whether a field's value holds what ends or bends a line for some reader: a control character other than tab.
bool has_control(std::string_view text);
/// What may stand in Host or an authority: a name or address, and a port.
bool is_host(std::string_view text);
/// Whole, shortest-form UTF-8 without surrogates.
bool is_utf8(std::string_view text);
/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
/// Whether a comma-separated list holds `item`, without case.
bool list_has(std::string_view list, std::string_view item);

enum class Plus { literal, space };
/// Decodes %XX; nothing when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

} // namespace kith::http
