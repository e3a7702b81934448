// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kith::text {

/// The form in which names and hashtags are compared and found: lower case (Latin, Greek, Cyrillic, Armenian),
/// Latin and Greek letters without their diacritics, ligatures and full-width forms taken apart (ﬁ is fi, ß is ss,
/// Ａ is a). Cyrillic letters such as й stay themselves. Folding twice changes nothing. Bad UTF-8 becomes U+FFFD.
std::string fold(std::string_view text);

} // namespace kith::text
