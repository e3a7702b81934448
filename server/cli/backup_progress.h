// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/backup/backup.h"

#include <unistd.h>

#include <iostream>

namespace kith::cli {

/// Says on a terminal, and nowhere else, how far a backup or a restore has come.
class BackupProgress {
public:
    backup::Progress action()
    {
        return [this](std::uint64_t bytes) {
            const auto mib = bytes >> 20;
            if (!m_terminal || mib == m_mib)
                return;
            m_mib = mib;
            std::cerr << '\r' << mib << " MiB" << std::flush;
        };
    }
    void end() const
    {
        if (m_mib > 0)
            std::cerr << '\n';
    }

private:
    const bool m_terminal = ::isatty(STDERR_FILENO) != 0;
    std::uint64_t m_mib = 0;
};

} // namespace kith::cli
