// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/otlp.h"

#include "common/base/json.h"

namespace kith::tracing {

namespace {

json::object attribute(const char* key, const trace::AttributeValue& value)
{
    json::object typed;
    if (const auto* number = std::get_if<std::int64_t>(&value))
        typed["intValue"] = std::to_string(*number);
    else
        typed["stringValue"] = std::get<std::string>(value);
    json::object out;
    out["key"] = key;
    out["value"] = std::move(typed);
    return out;
}

std::string nanoseconds(std::chrono::system_clock::time_point at)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count());
}

// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
json::object to_json(const trace::Span& span)
{
    json::object out;
    out["traceId"] = trace::to_hex(span.context.trace_id.data(), span.context.trace_id.size());
    out["spanId"] = trace::to_hex(span.context.span_id.data(), span.context.span_id.size());
    if (span.parent)
        out["parentSpanId"] = trace::to_hex(span.parent->data(), span.parent->size());
    if (!span.context.state.empty())
        out["traceState"] = span.context.state;
    out["flags"] = span.context.sampled ? 1 : 0;
    out["name"] = span.name;
    out["kind"] = static_cast<int>(span.kind);
    out["startTimeUnixNano"] = nanoseconds(span.start);
    out["endTimeUnixNano"] =
        nanoseconds(span.start + std::chrono::duration_cast<std::chrono::system_clock::duration>(span.duration));
    json::array attributes;
    for (const auto& [key, value] : span.attributes)
        attributes.push_back(attribute(key, value));
    out["attributes"] = std::move(attributes);
    json::object status;
    if (!span.error.empty()) {
        status["code"] = 2; // STATUS_CODE_ERROR
        status["message"] = span.error;
    }
    out["status"] = std::move(status);
    return out;
}

} // namespace

std::string otlp_json(const std::vector<trace::Span>& spans, const std::string& instance)
{
    json::array attributes;
    attributes.push_back(attribute("service.name", std::string{"kithd"}));
    attributes.push_back(attribute("service.version", std::string{KITH_VERSION}));
    attributes.push_back(attribute("service.instance.id", instance));
    json::object resource;
    resource["attributes"] = std::move(attributes);
    json::object scope;
    scope["name"] = "kith";
    scope["version"] = KITH_VERSION;
    json::array list;
    for (const auto& span : spans)
        list.push_back(to_json(span));
    json::object scoped;
    scoped["scope"] = std::move(scope);
    scoped["spans"] = std::move(list);
    json::object of_resource;
    of_resource["resource"] = std::move(resource);
    of_resource["scopeSpans"] = json::array{std::move(scoped)};
    json::object body;
    body["resourceSpans"] = json::array{std::move(of_resource)};
    return to_text(body);
}

} // namespace kith::tracing
