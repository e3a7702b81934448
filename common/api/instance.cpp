// SPDX-License-Identifier: Apache-2.0
#include "common/api/instance.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(InstanceUrls)
KITH_API_ENTITY(AccountLimits)
KITH_API_ENTITY(StatusLimits)
KITH_API_ENTITY(MediaLimits)
KITH_API_ENTITY(PollLimits)
KITH_API_ENTITY(FeedAccess)
KITH_API_ENTITY(TimelinesAccess)
KITH_API_ENTITY(Vapid)
KITH_API_ENTITY(Translation)
KITH_API_ENTITY(InstanceConfiguration)
KITH_API_ENTITY(InstanceUsers)
KITH_API_ENTITY(InstanceUsage)
KITH_API_ENTITY(InstanceThumbnail)
KITH_API_ENTITY(InstanceRegistrations)
KITH_API_ENTITY(InstanceContact)
KITH_API_ENTITY(ApiVersions)
KITH_API_ENTITY(Instance)
KITH_API_ENTITY(InstanceV1Urls)
KITH_API_ENTITY(InstanceV1Stats)
KITH_API_ENTITY(InstanceV1)

} // namespace kith::api
