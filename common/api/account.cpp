// SPDX-License-Identifier: Apache-2.0
#include "common/api/account.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(Field)
KITH_API_ENTITY(CustomEmoji)
KITH_API_ENTITY(FeatureApproval)
KITH_API_ENTITY(AccountSource)
KITH_API_ENTITY(Role)
KITH_API_ENTITY(Account)

} // namespace kith::api
