// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/metrics.h"

namespace kith::db {

/// Where transactions note what they did. Any thread, without a lock.
struct DbMetrics {
    explicit DbMetrics(metrics::Registry& registry)
        : queries(registry, "kith_database_query_seconds", "Time of a statement, per name.", "query")
    {
    }
    metrics::HistogramFamily queries;
};

} // namespace kith::db
