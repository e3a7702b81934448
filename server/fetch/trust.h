// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <filesystem>
#include <memory>

struct x509_store_st;

namespace kith::fetch {

/// The certificates that we trust: the system's, and those of one more file. Made once and shared by all connections;
/// libcurl by itself would read the system's bundle again for every handshake as soon as a second file is involved.
class Trust {
public:
    static Result<Trust> load(const std::filesystem::path& extra_file);
    x509_store_st* store() const { return m_store.get(); }

private:
    explicit Trust(std::shared_ptr<x509_store_st> store) : m_store(std::move(store)) { }
    std::shared_ptr<x509_store_st> m_store;
};

} // namespace kith::fetch
