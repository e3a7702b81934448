// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/trace.h"

#include <string>
#include <vector>

namespace kith::tracing {

/// The body of an OTLP/HTTP export in JSON (OTLP 1.x, ExportTraceServiceRequest): ids in hex, 64-bit numbers as text.
/// `instance`: who we are, as service.instance.id (the domain).
std::string otlp_json(const std::vector<trace::Span>& spans, const std::string& instance);

} // namespace kith::tracing
