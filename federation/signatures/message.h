// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kith::signatures {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request as signatures see it: no body, only its digest, so that one body is hashed once for all inboxes.
struct Message {
    std::string method;           ///< `GET`, `POST`
    std::string scheme = "https"; ///< of the address the peer used, also behind a proxy
    std::string target;           ///< path and query as on the request line: `/inbox?x=1`
    Headers headers;              ///< with Host; names in any case
    std::string body_digest; ///< base64 of the body's SHA-256 (`digest_of`); empty when there is no body
};

/// base64 of the SHA-256 of a body.
std::string digest_of(std::string_view body);

/// A request to an absolute http(s) address, with its Host header. `invalid` when the address has another form.
Result<Message> outgoing_message(std::string_view method, std::string_view address,
                                 std::string body_digest = {});

/// The values of all fields of that name, in order, without the white space around them.
std::vector<std::string> field_values(const Headers& headers, std::string_view name);
/// The one value of a field; nothing when it is absent or there are several.
std::optional<std::string> single_field(const Headers& headers, std::string_view name);

/// The host of a Host header in lower case, without the scheme's own port.
std::string normal_authority(std::string_view authority, std::string_view scheme);

std::string lower_case(std::string_view text);

} // namespace kith::signatures
