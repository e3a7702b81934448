// SPDX-License-Identifier: Apache-2.0
#include "common/api/status.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(StatusMention)
KITH_API_ENTITY(StatusTag)
KITH_API_ENTITY(StatusApplication)
KITH_API_ENTITY(QuoteApproval)
KITH_API_ENTITY(StatusKith)
KITH_API_ENTITY(Status)
KITH_API_ENTITY(Context)

} // namespace kith::api
