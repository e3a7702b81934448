// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace kith::tests {

/// Two PEM files: the leaf followed by its CA, and its key.
struct TestCertificate {
    std::filesystem::path certificate;
    std::filesystem::path private_key;
};

/// A certificate authority for one test run: made on the spot, valid for a day, never trusted by anything else. Throws
/// std::runtime_error when OpenSSL or the disk refuses.
class TestCa {
public:
    /// Writes `ca.pem` into `directory`, which exists.
    explicit TestCa(std::filesystem::path directory);
    ~TestCa();
    /// What clients are told to trust.
    const std::filesystem::path& certificate() const;
    /// A server certificate for these DNS names and IP addresses (at least one), in files that begin with `name`.
    TestCertificate issue(const std::string& name, const std::vector<std::string>& dns_names,
                          const std::vector<std::string>& addresses = {});

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace kith::tests
