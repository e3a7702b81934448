# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_timeline_models PCH app_pch
  SOURCES ${here}/post_roles.cpp ${here}/post_roles.h ${here}/timeline_model.cpp ${here}/timeline_model.h ${here}/timeline_place.cpp
          ${here}/thread_model.cpp ${here}/thread_model.h
  USES app_services Qt6::Core)
