# The Debian packages, by CPack: `prefect-config` and `libprefect-config-dev`. tools/dev/package makes
# them; package_contents.cmake adds what only a package has.
#
# What it is not: a list of libraries. What the library is linked with is in libraries.json.

set(CPACK_PACKAGE_VENDOR "The prefect-config authors")
set(PREFECT_CONFIG_MAINTAINER "The prefect-config authors <nobody@localhost>"
    CACHE STRING "Who is asked about the packages: NAME <ADDRESS>")
set(CPACK_PACKAGE_CONTACT "${PREFECT_CONFIG_MAINTAINER}")
set(CPACK_PACKAGE_NAME prefect-config)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_COMPONENTS_ALL program dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)

# Of both packages; CPack has one for all.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "explain Prefect's settings and the credentials it sends")
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "Given how a process is launched, prefect-config says what every Prefect
setting is, where each value was written, which credentials that process
would send on each connection, and what is wrong with that. It does what
Prefect does, release by release, without Python.
.
It also looks for wrong or leaked credentials in files, edits profiles
without losing a comment, and opens connections where it is asked to.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME prefect-config)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON) # of the part that opens connections
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "ca-certificates, git")

set(CPACK_DEBIAN_DEV_DESCRIPTION
    "The C++20 library that resolves Prefect's settings with their origins, plans
which credentials are sent on each connection, and lints files: it is what
the program prefect-config is made of.
.
This package has the static library, the headers and the CMake package that
find_package(prefect_config) finds.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libprefect-config-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "cmake (>= 3.25), g++ (>= 4:12)")

# Whoever links the static library links what it needs.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                                       ${CMAKE_CURRENT_LIST_DIR}/libraries.json)
file(READ ${CMAKE_CURRENT_LIST_DIR}/libraries.json _table)
string(JSON _last LENGTH "${_table}" libraries)
math(EXPR _last "${_last} - 1")
set(_depends pkg-config)
foreach(i RANGE ${_last})
  string(JSON _used GET "${_table}" libraries ${i} used)
  string(JSON _part GET "${_table}" libraries ${i} in 0)
  string(JSON _package GET "${_table}" libraries ${i} package)
  string(JSON _oldest GET "${_table}" libraries ${i} oldest)
  if(_used MATCHES "^(static|system)$" AND _part MATCHES "^(library|probe)$")
    list(APPEND _depends "${_package} (>= ${_oldest})")
  endif()
endforeach()
list(JOIN _depends ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS)

set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_contents.cmake)
set(CPACK_PREFECT_CONFIG_SOURCE ${CMAKE_CURRENT_SOURCE_DIR})
set(CPACK_PREFECT_CONFIG_DATE ${PREFECT_CONFIG_DATE})
include(CPack)
