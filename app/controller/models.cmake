# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_controller PCH app_pch
  SOURCES ${here}/app_controller.cpp ${here}/app_controller_opening.cpp ${here}/app_controller.h ${here}/profile_opener.cpp ${here}/profile_opener.h
          ${here}/recovery.cpp ${here}/recovery.h ${here}/single_instance.cpp ${here}/single_instance.h
          ${here}/demo_content.cpp ${here}/demo_content.h ${here}/qml_network.cpp ${here}/qml_network.h
  USES app_timeline_models app_compose_models app_people_models app_notifications_models Qt6::Qml
  PRIVATE Qt6::Gui common_text)
