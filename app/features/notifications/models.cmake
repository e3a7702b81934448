# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_notifications_models PCH app_pch
  SOURCES ${here}/notification_model.cpp ${here}/notification_model.h
  USES app_services Qt6::Core)
