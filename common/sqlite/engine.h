// SPDX-License-Identifier: Apache-2.0
// The engine's own header, for the .cpp files of this folder only.
#pragma once

#ifdef KITH_SQLCIPHER
#include <sqlcipher/sqlite3.h>
#else
#include <sqlite3.h>
#endif
