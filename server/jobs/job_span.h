// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/trace.h"
#include "server/jobs/jobs.h"

namespace kith::jobs {

/// Writes into a job's payload for which request and in which trace it is enqueued.
void note_cause(json::object& payload, const trace::Active& cause);
/// The span of a job that runs now, in the trace of the request that enqueued it; null when it is not traced.
std::shared_ptr<trace::OpenSpan> begin_span(const trace::Tracer* tracer, const Job& job);

} // namespace kith::jobs
