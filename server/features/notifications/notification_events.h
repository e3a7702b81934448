// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/event_bus.h"

namespace kith::notifications {

/// Which domain events become notifications.
void subscribe(core::EventBus& events);

} // namespace kith::notifications
