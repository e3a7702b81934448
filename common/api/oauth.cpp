// SPDX-License-Identifier: Apache-2.0
#include "common/api/oauth.h"

#include "common/api/mapping_code.h"

namespace kith::api {

KITH_API_ENTITY(OAuthServerMetadata)
KITH_API_ENTITY(OAuthUserInfo)

} // namespace kith::api
