// SPDX-License-Identifier: Apache-2.0
// The compiled part of Beast; see cmake/KithCompiler.cmake.
#include <boost/beast/src.hpp>
