// SPDX-License-Identifier: Apache-2.0
#include "server/features/registry.h"

#include "server/features/accounts/account_routes.h"
#include "server/features/federation/federation.h"
#include "server/features/follows/follow_routes.h"
#include "server/features/instance/instance.h"
#include "server/features/notifications/notification.h"
#include "server/features/oauth/oauth.h"
#include "server/features/search/search.h"
#include "server/features/statuses/status_routes.h"
#include "server/features/streaming/streaming.h"
#include "server/features/timelines/timeline.h"
#include "server/features/web/web.h"

namespace kith::features {

void register_all(Server& server, federation::Signer& signer)
{
    accounts::register_account_routes(server);
    federation::register_federation(server, signer);
    statuses::register_statuses(server);
    follows::register_follows(server);
    notifications::register_notifications(server);
    timelines::register_timelines(server);
    streaming::register_streaming(server);
    oauth::register_oauth(server);
    instance::register_instance(server);
    search::register_search(server);
    web::register_web(server);
}

} // namespace kith::features
