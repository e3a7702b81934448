// SPDX-License-Identifier: Apache-2.0
#include "tests/unit_tests_pch.h"
