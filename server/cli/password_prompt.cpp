// SPDX-License-Identifier: Apache-2.0
#include "server/cli/password_prompt.h"

#include "server/cli/secret_input.h"

namespace kith::cli {

Result<std::string> read_password()
{
    return read_secret("password");
}

} // namespace kith::cli
