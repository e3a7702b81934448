// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/metrics.h"

namespace kith::metrics {

/// Memory, processor time, threads, descriptors and the start of this process, under the names that Prometheus' own clients
/// use; read from /proc at each rendering. And `kith_build_info`.
void add_process_metrics(Registry& registry);

} // namespace kith::metrics
