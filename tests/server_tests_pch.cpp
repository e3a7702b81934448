// SPDX-License-Identifier: Apache-2.0
#include "tests/server_tests_pch.h"
