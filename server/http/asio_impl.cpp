// SPDX-License-Identifier: Apache-2.0
// The compiled part of Asio and its TLS; see cmake/KithCompiler.cmake.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
