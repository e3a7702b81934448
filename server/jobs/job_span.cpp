// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/job_span.h"

#include "server/jobs/queue.h"

namespace kith::jobs {

std::shared_ptr<trace::OpenSpan> begin_span(const trace::Tracer* tracer, const Job& job)
{
    if (!tracer)
        return nullptr;
    // We wrote the payload ourselves, so whether it is sampled was our decision.
    const auto incoming = trace::parse_traceparent(find_string(job.payload, k_traceparent).value_or(""));
    std::shared_ptr<trace::OpenSpan> span =
        tracer->begin("job " + job.kind, trace::Kind::consumer, incoming, incoming.has_value());
    if (!span)
        return nullptr;
    span->set("kith.job.id", job.id.value);
    span->set("kith.job.lane", job.lane);
    span->set("kith.job.attempt", std::int64_t{job.attempt});
    return span;
}

} // namespace kith::jobs
