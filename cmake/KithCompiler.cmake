# SPDX-License-Identifier: Apache-2.0
# What every target is compiled with. Sanitizers and optimisation come from the presets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

find_program(KITH_CCACHE ccache)
if(KITH_CCACHE)
  # The sloppiness is what a precompiled header needs (ccache's manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${KITH_CCACHE})
endif()
find_program(KITH_LLD ld.lld)
if(KITH_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -fstack-protector-strong)
# GCC 12 reports these of its own headers and of Asio's coroutines when it optimises or sanitises; they are false.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-free-nonheap-object -Wno-stringop-overflow
                      -Wno-stringop-overread -Wno-array-bounds -Wno-mismatched-new-delete)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now -Wl,--gc-sections -Wl,--as-needed)
  add_compile_options(-ffunction-sections -fdata-sections)
endif()

# One file per library holds the compiled part (server/http/asio_impl.cpp, beast_impl.cpp).
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
