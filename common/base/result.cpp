// SPDX-License-Identifier: Apache-2.0
#include "common/base/result.h"

namespace kith {

const char* to_string(Errc code)
{
    switch (code) {
    case Errc::malformed: return "malformed";
    case Errc::invalid: return "invalid";
    case Errc::unauthorized: return "unauthorized";
    case Errc::forbidden: return "forbidden";
    case Errc::not_found: return "not_found";
    case Errc::gone: return "gone";
    case Errc::conflict: return "conflict";
    case Errc::too_large: return "too_large";
    case Errc::rate_limited: return "rate_limited";
    case Errc::unavailable: return "unavailable";
    case Errc::internal: return "internal";
    }
    return "internal";
}

} // namespace kith
