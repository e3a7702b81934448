// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <filesystem>

namespace kith::backup {

/// A file that is written under another name until it is whole. What an interrupted backup left under that name is taken
/// over; what another one is writing is not.

/// The descriptor of the file, made (mode 0600) when it is not there. Nothing in it is changed yet.
Result<int> open_partial(const std::filesystem::path& partial);
/// Locks the file and empties it. `conflict` when it is another program's, or no longer the file of that name: whoever wrote
/// it has finished meanwhile, and given it its real one.
Result<void> take_partial(int descriptor, const std::filesystem::path& partial);

} // namespace kith::backup
