// SPDX-License-Identifier: Apache-2.0
// The compiled part of Asio and its TLS; see cmake/KithCompiler.cmake.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

#ifdef __SANITIZE_THREAD__
// Asio counts who holds an executor with a fence, which ThreadSanitizer does not know: whoever was last seems to race with
// those before.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions()
{
    return "race:boost::asio::execution::detail::any_executor_base::destroy_shared\n";
}
#endif
