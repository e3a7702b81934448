// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kith::signatures {

/// The part of RFC 8941 that signature headers use: dictionaries of inner lists of strings, and of byte sequences.
using BareItem = std::variant<std::int64_t, std::string>;
using ItemParameters = std::vector<std::pair<std::string, BareItem>>;

struct InnerList {
    std::string label;
    std::vector<std::string> items;
    bool items_have_parameters = false;
    ItemParameters parameters;
    std::string text; ///< Everything behind `label=`, as received.
};

/// Signature-Input. `malformed` when it does not follow the grammar or has more than 8 members or 32 items.
Result<std::vector<InnerList>> read_inner_lists(std::string_view header);
/// Signature: label and base64 text of each byte sequence.
Result<std::vector<std::pair<std::string, std::string>>> read_byte_sequences(std::string_view header);

} // namespace kith::signatures
