// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

namespace kith::http {

/// What the connection knows about the answer.
struct HeadOptions {
    bool keep_alive = true;
    bool http_1_0 = false;
    std::string_view request_id;
};

/// "Not Found" for 404.
const char* reason_of(int status);

/// The JSON error of any status.
Response error_body(int status, std::string_view message);

/// Puts status line and header into `out` (cleared first): Date, Content-Length (chunked for events), X-Request-Id, the security headers a
/// handler did not set itself, and no Server. A field with a control character is left out: it would end the header.
void write_head(std::string& out, const Response& response, const HeadOptions& options);

} // namespace kith::http
