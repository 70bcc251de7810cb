# lmw_add_plugin(NAME [SOURCES ...] [LIBRARIES ...] [VERSION x.y.z])
#
# Builds plugins in tree and, through find_package(lmw), out of tree. One folder is one plugin: without SOURCES every
# .cpp beside the CMakeLists.txt is taken, so that a new law needs no change here. After the link, the sidecar
# <name>.plugin.json is written from the library itself; `lmw list` reads it without loading the library.
set(_lmw_cmake_dir ${CMAKE_CURRENT_LIST_DIR})

function(lmw_add_plugin name)
  cmake_parse_arguments(arg "" "VERSION" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_SOURCES)
    file(GLOB arg_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  if(NOT arg_VERSION)
    set(arg_VERSION ${PROJECT_VERSION})
  endif()
  set(sources)
  foreach(source IN LISTS arg_SOURCES)
    get_filename_component(source ${source} ABSOLUTE)
    list(APPEND sources ${source})
  endforeach()

  # The hash of each law's source goes into the library: a sealed prediction names the code that made it.
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}_sources.cpp)
  string(REPLACE ";" "|" joined "${sources}")
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} "-DSOURCES=${joined}" -DOUTPUT=${generated} -P ${_lmw_cmake_dir}/hash_sources.cmake
    DEPENDS ${sources} ${_lmw_cmake_dir}/hash_sources.cmake VERBATIM)

  set(target lmw_plugin_${name})
  add_library(${target} MODULE ${sources} ${generated})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name} PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON SKIP_BUILD_RPATH ON
    LINK_DEPENDS ${_lmw_cmake_dir}/plugin_exports.map)
  if(LMW_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${LMW_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  target_link_libraries(${target} PRIVATE lmw::sdk ${arg_LIBRARIES})
  if(TARGET lmw_warnings)
    target_link_libraries(${target} PRIVATE lmw_warnings)
  endif()
  target_compile_definitions(${target} PRIVATE LMW_PLUGIN_VERSION="${arg_VERSION}"
    LMW_PLUGIN_BUILD="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_BUILD_TYPE}")
  target_link_options(${target} PRIVATE
    -Wl,-z,defs -Wl,--build-id=sha1 -Wl,--exclude-libs,ALL -Wl,--version-script=${_lmw_cmake_dir}/plugin_exports.map)
  if(LMW_SANITIZE)  # the sanitizer's own symbols come from the program that loads the library
    target_link_options(${target} PRIVATE -Wl,-z,undefs)
  endif()
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND $<TARGET_FILE:lmw::describe> $<TARGET_FILE:${target}> -o $<TARGET_FILE_DIR:${target}>/${name}.plugin.json
    VERBATIM)
  if(TARGET lmw_describe)  # in tree
    add_dependencies(${target} lmw_describe)
  endif()
  if(TARGET product AND CMAKE_CURRENT_SOURCE_DIR MATCHES "/plugins/[a-z]+$")
    add_dependencies(product ${target})
  endif()
endfunction()
