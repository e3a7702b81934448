// SPDX-License-Identifier: Apache-2.0
// The precompiled header of what Qt makes of QML files; each of them becomes a C++ file.
#pragma once

#include <QtCore>
#include <QtQml>
#include <QtQml/qqmlmoduleregistration.h>
#include <QtQml/qqmlprivate.h>
