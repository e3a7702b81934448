// SPDX-License-Identifier: Apache-2.0
#include "common/api/relationship.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(Relationship)

} // namespace kith::api
