# SPDX-License-Identifier: Apache-2.0
include_guard(GLOBAL)
set(here ${CMAKE_CURRENT_LIST_DIR})
kith_module(app_services PCH app_pch
  SOURCES ${here}/styled_text.cpp ${here}/styled_text.h ${here}/words.cpp ${here}/words.h
          ${here}/post.cpp ${here}/post.h ${here}/services.cpp ${here}/services.h
          ${here}/connection.cpp ${here}/connection.h ${here}/session.cpp ${here}/session.h
          ${here}/home_timeline_sync.cpp ${here}/home_timeline_sync.h ${here}/outbox.cpp ${here}/outbox.h
          ${here}/notification_sync.cpp ${here}/notification_sync.h ${here}/draft_keeper.cpp ${here}/draft_keeper.h
          ${here}/people_directory.cpp ${here}/people_directory.h ${here}/threads.cpp ${here}/threads.h
          ${here}/live_buffer.h ${here}/reread_cycle.h
  USES app_store app_net Qt6::Gui
  PRIVATE common_text)
