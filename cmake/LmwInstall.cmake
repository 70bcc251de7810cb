# What `cmake --install` lays down, and what find_package(lmw) finds: the program, the plugins of the house, and all that
# an author needs to build a plugin elsewhere.
include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lmw)

if(NOT TARGET lmw_cli)
  return()  # until the command line is there
endif()
install(TARGETS lmw_cli lmw_describe EXPORT lmw RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS lmw_sdk lmw_flags lmw_numerics lmw_learn EXPORT lmw ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(part IN ITEMS sdk numerics learn)
  install(DIRECTORY core/${part}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endforeach()
install(DIRECTORY ${LMW_PLUGIN_OUTPUT_DIRECTORY}/ DESTINATION lib/lmw/plugins FILES_MATCHING PATTERN "*.so"
  PATTERN "*.plugin.json")
install(EXPORT lmw NAMESPACE lmw:: FILE lmwTargets.cmake DESTINATION ${config_dir})
configure_package_config_file(cmake/lmwConfig.cmake.in ${CMAKE_BINARY_DIR}/lmwConfig.cmake
  INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/lmwConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/lmwConfig.cmake ${CMAKE_BINARY_DIR}/lmwConfigVersion.cmake cmake/LmwPlugin.cmake
  cmake/hash_sources.cmake cmake/plugin_exports.map DESTINATION ${config_dir})
