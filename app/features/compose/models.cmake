# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_compose_models PCH app_pch
  SOURCES ${here}/compose_model.cpp ${here}/compose_model.h
  USES app_services Qt6::Core
  PRIVATE common_text)
