# What `cmake --install` puts where, and the package that find_package(prefect_config) finds. Each part
# has a component: `program`, or `dev` for the library. cmake/package.cmake makes packages of them.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/prefect_config)

install(
  TARGETS prefect_config
  EXPORT prefect_configTargets
  ARCHIVE COMPONENT dev
  LIBRARY COMPONENT dev
  FILE_SET HEADERS COMPONENT dev)
install(
  EXPORT prefect_configTargets
  NAMESPACE prefect_config::
  DESTINATION ${_package_dir}
  COMPONENT dev)

configure_package_config_file(
  cmake/prefect_configConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfig.cmake
  INSTALL_DESTINATION ${_package_dir})
# Before 1.0 a minor release may change the interface.
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfig.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/prefect_configConfigVersion.cmake cmake/linked_libraries.cmake
  DESTINATION ${_package_dir}
  COMPONENT dev)

if(TARGET prefect-config)
  install(TARGETS prefect-config RUNTIME COMPONENT program)
endif()
if(TARGET prefect_config_probe)
  install(TARGETS prefect_config_probe EXPORT prefect_config_probeTargets ARCHIVE COMPONENT dev)
  install(
    EXPORT prefect_config_probeTargets
    NAMESPACE prefect_config::
    DESTINATION ${_package_dir}
    COMPONENT dev)
endif()
if(TARGET prefect-config-probe)
  install(TARGETS prefect-config-probe RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/prefect-config
                                               COMPONENT program)
endif()

# What is read: by people, by shells, by programs that check what `-o json` prints.
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT license)
if(TARGET prefect-config)
  set(_doc_dir ${CMAKE_INSTALL_DATAROOTDIR}/doc/prefect-config)
  install(FILES README.md CHANGELOG.md DESTINATION ${_doc_dir} COMPONENT program)
  install(
    DIRECTORY docs
    DESTINATION ${_doc_dir}
    COMPONENT program
    FILES_MATCHING
    PATTERN "*.md"
    PATTERN "docs/schema" EXCLUDE)
  install(
    DIRECTORY docs/schema profiles/bundled
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/prefect-config
    COMPONENT program
    FILES_MATCHING
    PATTERN "*.json"
    PATTERN "*.toml")
  install(
    DIRECTORY ${PROJECT_BINARY_DIR}/man/
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
    COMPONENT program
    FILES_MATCHING
    PATTERN "*.1")
  # Under the names by which each shell finds the completion of a command.
  set(_shell_dir tools/prefect_config/shell)
  install(
    FILES ${_shell_dir}/prefect-config.bash
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions
    RENAME prefect-config
    COMPONENT program)
  install(
    FILES ${_shell_dir}/prefect-config.zsh
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions
    RENAME _prefect-config
    COMPONENT program)
  install(
    FILES ${_shell_dir}/prefect-config.fish
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d
    COMPONENT program)
endif()

include(package)
