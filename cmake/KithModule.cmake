# SPDX-License-Identifier: Apache-2.0

# kith_module(NAME SOURCES file… [USES public…] [PRIVATE private…] [PCH light|none])
#
# One static library per folder. USES are the libraries whose headers this folder's headers include; PRIVATE are those
# that only its .cpp files include. All includes start at the project's root: #include "server/db/tx.h".
function(kith_module name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;USES;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_PRIVATE})
  if(KITH_PCH AND ARG_PCH STREQUAL "light")
    target_precompile_headers(${name} REUSE_FROM server_pch)
  endif()
endfunction()

# kith_test(NAME SOURCES file… USES library… [TIMEOUT seconds] [LABELS label…])
#
# One GoogleTest program; ctest lists it as one test, so that a fixture such as a PostgreSQL cluster starts once.
function(kith_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(CMAKE_CXX_FLAGS_DEBUG MATCHES "-fsanitize=")
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}") # everything is several times as slow
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  if(NOT "$ENV{KITH_VECTORS}" STREQUAL "")
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "KITH_VECTORS=$ENV{KITH_VECTORS}")
  endif()
endfunction()
