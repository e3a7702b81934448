// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"

#include <string>

namespace kith::tests {

/// An X server without a screen (Xvfb), for one test. Nobody's own display is touched.
class XServer {
public:
    /// Starts it and waits until it takes clients. Throws std::runtime_error when there is no Xvfb.
    XServer();

    /// ":7"
    const std::string& display() const { return m_display; }

private:
    ChildProcess m_process;
    std::string m_display;
};

} // namespace kith::tests
