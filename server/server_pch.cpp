// SPDX-License-Identifier: Apache-2.0
#include "server/server_pch.h"
