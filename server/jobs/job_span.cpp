// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/job_span.h"

namespace kith::jobs {

namespace {

// Members of a payload.
constexpr const char* k_traceparent = "traceparent";
constexpr const char* k_tracestate = "tracestate";
constexpr const char* k_request_id = "request_id";

} // namespace

void note_cause(json::object& payload, const trace::Active& cause)
{
    if (cause.sink)
        payload[k_traceparent] = trace::to_traceparent(cause.context);
    if (cause.sink && !cause.context.state.empty())
        payload[k_tracestate] = cause.context.state;
    if (!cause.context.request_id.empty())
        payload[k_request_id] = cause.context.request_id;
}

std::optional<std::string> request_of(const Job& job)
{
    return find_string(job.payload, k_request_id);
}

std::shared_ptr<trace::OpenSpan> begin_span(const trace::Tracer* tracer, const Job& job)
{
    if (!tracer)
        return nullptr;
    // We wrote the payload ourselves, so whether it is sampled was our decision.
    auto incoming = trace::parse_traceparent(find_string(job.payload, k_traceparent).value_or(""));
    if (incoming)
        incoming->state = find_string(job.payload, k_tracestate).value_or("");
    const auto request_id = request_of(job).value_or("");
    std::shared_ptr<trace::OpenSpan> span =
        tracer->begin("job " + job.kind, trace::Kind::consumer, incoming, incoming.has_value(), request_id);
    if (!span)
        return nullptr;
    if (!request_id.empty())
        span->set("kith.request_id", request_id);
    span->set("kith.job.id", job.id.value);
    span->set("kith.job.lane", job.lane);
    span->set("kith.job.attempt", std::int64_t{job.attempt});
    return span;
}

} // namespace kith::jobs
