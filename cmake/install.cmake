# What `cmake --install` puts where, and the package that find_package(prefect_config) finds.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/prefect_config)

install(
  TARGETS prefect_config
  EXPORT prefect_configTargets
  FILE_SET HEADERS)
install(
  EXPORT prefect_configTargets
  NAMESPACE prefect_config::
  DESTINATION ${_package_dir})

configure_package_config_file(
  cmake/prefect_configConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfig.cmake
  INSTALL_DESTINATION ${_package_dir})
# Before 1.0 a minor release may change the interface.
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfig.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfigVersion.cmake cmake/linked_libraries.cmake
  DESTINATION ${_package_dir})

if(TARGET prefect-config)
  install(TARGETS prefect-config)
endif()
if(TARGET prefect_config_probe)
  install(TARGETS prefect_config_probe EXPORT prefect_config_probeTargets)
  install(
    EXPORT prefect_config_probeTargets
    NAMESPACE prefect_config::
    DESTINATION ${_package_dir})
endif()
if(TARGET prefect-config-probe)
  install(TARGETS prefect-config-probe
          DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/prefect-config)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_PACKAGE_VENDOR "The prefect-config authors")
set(CPACK_PACKAGE_NAME prefect-config)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR TGZ)
set(CPACK_STRIP_FILES ON)
include(CPack)
