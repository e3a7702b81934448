// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// Every answer that is not a success.
struct ErrorBody {
    std::string error;
    std::optional<std::string> error_description;
};
template <class V>
void describe(V& v, ErrorBody& e)
{
    v("error", e.error);
    v.optional("error_description", e.error_description);
}

} // namespace kith::api
