// SPDX-License-Identifier: Apache-2.0
#include "common/api/session.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(SessionApplication)
KITH_API_ENTITY(Session)

} // namespace kith::api
