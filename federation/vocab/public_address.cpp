// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/public_address.h"

namespace kith::vocab {

bool is_public(std::string_view address)
{
    return address == k_public_address || address == "as:Public" || address == "Public";
}

} // namespace kith::vocab
