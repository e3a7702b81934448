// SPDX-License-Identifier: Apache-2.0
#include "common/api/token.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(Token)

} // namespace kith::api
