// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kith::services {

/// Turns HTML from our sanitiser (common/text) into the little that Qt's Text.StyledText draws: b, i, u, s, a, br and
/// four entities. No image, no colour, no other address than http and https can come out, whatever goes in.
/// Paragraphs become empty lines, lists get bullets, the hidden parts of long links become an ellipsis.
std::string to_styled_text(std::string_view sanitised_html);

} // namespace kith::services
