// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Who may speak for which address. The authority of an object is its origin and nothing else.
namespace kith::addressing {

/// Scheme, host and port, normalised so that two can be compared.
struct Origin {
    std::string scheme; ///< `https` or `http`
    std::string host;   ///< as host_to_ascii gives it
    std::uint16_t port = 0;

    /// `name` or `name:port`; the port only when it is not the scheme's own. As in Host headers and handles.
    std::string authority() const;
    std::string to_string() const; ///< `https://name:port`
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// `invalid` unless the address is http or https with a valid host and port and without user information.
Result<Origin> origin_of(std::string_view address);

/// Whether both addresses are acceptable and of one origin. False when one of them cannot be read.
bool same_origin(std::string_view a, std::string_view b);

/// Which ids are taken.
struct IdPolicy {
    bool allow_http = false; ///< For tests on a machine without certificates only.
};
enum class IdFor { Object, Key };

/// An id that may be stored and fetched: https, no user information, no fragment (keys may have one), valid, at most
/// 2,048 bytes. `invalid`, with what is wrong, otherwise.
Result<void> check_id(std::string_view id, IdPolicy policy = {}, IdFor what = IdFor::Object);
bool is_acceptable_id(std::string_view id, IdPolicy policy = {}, IdFor what = IdFor::Object);

} // namespace kith::addressing
