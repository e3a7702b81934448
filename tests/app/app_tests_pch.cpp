// SPDX-License-Identifier: Apache-2.0
#include "tests/app/app_tests_pch.h"
