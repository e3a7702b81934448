# SPDX-License-Identifier: Apache-2.0

# kith_precompile(TARGET HEADERS)
#
# TARGET is compiled with the precompiled header of HEADERS, a library that has one (server_pch, app_pch, …) and links
# nothing that TARGET does not: the compiler refuses it where a macro that it saw is another.
function(kith_precompile target headers)
  if(KITH_PCH)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()

# kith_precompiled_headers(NAME USES library…)
#
# NAME.h is such a header, NAME.cpp includes it. USES are the libraries that all who share it link.
function(kith_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  add_library(${name} STATIC ${name}.cpp)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_USES})
  if(KITH_PCH)
    target_precompile_headers(${name} PRIVATE ${name}.h)
  endif()
endfunction()

# kith_module(NAME SOURCES file… [USES public…] [PRIVATE private…] [PCH library])
#
# One static library per folder. USES are the libraries whose headers this folder's headers include; PRIVATE are those
# that only its .cpp files include. All includes start at the project's root: #include "server/db/tx.h".
function(kith_module name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;USES;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_PRIVATE})
  if(ARG_PCH)
    kith_precompile(${name} ${ARG_PCH})
  endif()
endfunction()

# kith_test(NAME SOURCES file… USES library… [TIMEOUT seconds] [LABELS label…] [PCH library|none])
#
# One GoogleTest program; ctest lists it as one test, so that a fixture such as a PostgreSQL cluster starts once.
# Without PCH it is compiled with server_tests_pch.
function(kith_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;PCH" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest GTest::gtest_main)
  if(NOT ARG_PCH)
    set(ARG_PCH server_tests_pch)
  endif()
  if(NOT ARG_PCH STREQUAL "none")
    kith_precompile(${name} ${ARG_PCH})
  endif()
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
