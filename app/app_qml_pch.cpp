// SPDX-License-Identifier: Apache-2.0
#include "app/app_qml_pch.h"
