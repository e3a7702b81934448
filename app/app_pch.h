// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the app's folders: Qt's core, and what the shared entities are read with.
#pragma once

#include <boost/json/value.hpp>

#include <QtCore>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
