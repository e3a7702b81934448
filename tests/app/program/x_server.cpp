// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program/x_server.h"

#include <stdexcept>

namespace kith::tests {

XServer::XServer()
{
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    m_process = ChildProcess({"Xvfb", "-displayfd", "1", "-screen", "0", "1280x860x24", "-nolisten", "tcp"}, options);
    // It writes the number that it chose once it listens.
    const auto number = m_process.read_line();
    if (!number || number->empty())
        throw std::runtime_error("Xvfb did not start.");
    m_display = ":" + *number;
}

} // namespace kith::tests
