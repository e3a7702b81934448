// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/otlp.h"

#include "common/base/json.h"

#include <gtest/gtest.h>

namespace kith::tracing {

TEST(Otlp, IsWrittenAsTheSpecificationHasIt)
{
    trace::Span span;
    span.context = *trace::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    span.context.state = "a=1";
    span.parent = std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 8};
    span.name = "GET /";
    span.kind = trace::Kind::server;
    span.start = std::chrono::system_clock::time_point{std::chrono::nanoseconds{1'700'000'000'000'000'001}};
    span.duration = std::chrono::nanoseconds{41};
    span.attributes.emplace_back("http.route", std::string{"/"});
    span.attributes.emplace_back("http.response.status_code", std::int64_t{500});
    span.error = "It broke.";

    const auto body = parse_json(otlp_json({span}, "test.example")).value();

    const auto& of_resource = body.at("resourceSpans").at(0);
    EXPECT_EQ(to_text(of_resource.at("resource").at("attributes").at(0)),
              R"({"key":"service.name","value":{"stringValue":"kithd"}})");
    EXPECT_EQ(to_text(of_resource.at("resource").at("attributes").at(2)),
              R"({"key":"service.instance.id","value":{"stringValue":"test.example"}})");
    EXPECT_EQ(to_text(of_resource.at("scopeSpans").at(0).at("spans").at(0)),
              R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
              R"("parentSpanId":"0102030405060708","traceState":"a=1","flags":1,"name":"GET /","kind":2,)"
              R"("startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000042",)"
              R"("attributes":[{"key":"http.route","value":{"stringValue":"/"}},)"
              R"({"key":"http.response.status_code","value":{"intValue":"500"}}],)"
              R"("status":{"code":2,"message":"It broke."}})");
}

} // namespace kith::tracing
