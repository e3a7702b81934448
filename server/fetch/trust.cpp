// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/trust.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace kith::fetch {

Result<Trust> Trust::load(const std::filesystem::path& extra_file)
{
    std::shared_ptr<x509_store_st> store{X509_STORE_new(),
                                         [](x509_store_st* old) { X509_STORE_free(old); }};
    if (!store || X509_STORE_set_default_paths(store.get()) != 1)
        return fail(Errc::internal, "The system's certificates cannot be used.");
    if (!extra_file.empty() && X509_STORE_load_file(store.get(), extra_file.c_str()) != 1) {
        ERR_clear_error();
        return fail(Errc::invalid, "fetch.ca_file: " + extra_file.string() +
                                       " holds no certificates (PEM) that can be read.");
    }
    ERR_clear_error();
    return Trust{std::move(store)};
}

} // namespace kith::fetch
