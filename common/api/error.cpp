// SPDX-License-Identifier: Apache-2.0
#include "common/api/error.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(ErrorBody)

} // namespace kith::api
