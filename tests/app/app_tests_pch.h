// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the app's tests.
#pragma once

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QtCore>
#include <QtGui/QGuiApplication>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
