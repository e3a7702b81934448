# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_people_models PCH app_pch
  SOURCES ${here}/people_model.cpp ${here}/people_model.h
  USES app_services Qt6::Core)
