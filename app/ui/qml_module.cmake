# SPDX-License-Identifier: Apache-2.0

# kith_qml_module(NAME URI Kith.Name QML_FILES file… [SOURCES file…] [USES library…])
#
# One static library and one QML module per folder, found under qrc:/qt/qml. An executable links app_qml, which carries
# the plugins of all of them.
function(kith_qml_module name)
  cmake_parse_arguments(ARG "" "URI" "QML_FILES;SOURCES;USES" ${ARGN})
  set(CMAKE_AUTOMOC ON)
  string(REPLACE "." "/" folder ${ARG_URI})
  qt_add_qml_module(${name} STATIC
    URI ${ARG_URI} VERSION 1.0 RESOURCE_PREFIX /qt/qml
    OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/qml/${folder}
    QML_FILES ${ARG_QML_FILES} SOURCES ${ARG_SOURCES})
  # Qt's generated registration includes our headers by their bare name.
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC Qt6::Quick ${ARG_USES})
  kith_precompile(${name} app_qml_pch)
  kith_precompile(${name}_qmlcache app_qml_pch)
endfunction()
