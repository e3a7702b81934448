// SPDX-License-Identifier: Apache-2.0
// Keeps every entity's header honest: each is compiled here once, alone from what features include before it.
#include "common/api/account.h"
#include "common/api/application.h"
#include "common/api/error.h"
#include "common/api/instance.h"
#include "common/api/notification.h"
#include "common/api/oauth.h"
#include "common/api/relationship.h"
#include "common/api/search.h"
#include "common/api/session.h"
#include "common/api/status.h"
#include "common/api/token.h"
