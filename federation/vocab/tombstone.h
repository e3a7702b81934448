// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"
#include "federation/vocab/write.h"

#include <optional>
#include <string>

namespace kith::vocab {

/// What is left of a deleted object; also the body of the 410 that answers for it.
struct Tombstone {
    std::string id;
    std::string former_type; ///< Empty when not said.
    std::optional<Timestamp> deleted;
};

/// `invalid` when it is not a Tombstone or has no usable id.
Result<Tombstone> read_tombstone(const json::value& document);
json::object write_tombstone(const Tombstone& tombstone, WithContext context = WithContext::Yes);

} // namespace kith::vocab
