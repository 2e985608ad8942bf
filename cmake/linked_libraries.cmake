# The libraries that prefect_config is linked with. They are looked up in two places, by this
# project and by whoever uses its installed static library, so this file is installed too.
#
# prefect_config_SHARED says which form is wanted. A static library takes static ones, so that the
# program can be linked fully statically; a shared library takes shared ones, because distributions
# do not build their static archives for use inside a shared object.

if(NOT DEFINED prefect_config_SHARED)
  set(prefect_config_SHARED ${BUILD_SHARED_LIBS})
endif()

include(CMakeFindDependencyMacro)

# prefect_config_find_with_pkg_config(<name> <pkg-config module> <oldest version>)
# defines the target prefect_config::<name>. pkg-config knows version and folders, but its own
# imported targets always prefer the shared library.
macro(prefect_config_find_with_pkg_config name module version)
  find_dependency(PkgConfig)
  pkg_check_modules(prefect_config_${name} QUIET "${module}>=${version}")
  if(NOT prefect_config_${name}_FOUND)
    message(FATAL_ERROR "prefect_config needs ${module} >= ${version}, known to pkg-config")
  endif()
  if(prefect_config_SHARED)
    set(_prefect_config_file_name ${name})
  else()
    set(_prefect_config_file_name ${CMAKE_STATIC_LIBRARY_PREFIX}${name}${CMAKE_STATIC_LIBRARY_SUFFIX})
  endif()
  find_library(
    prefect_config_${name}_LIBRARY
    NAMES ${_prefect_config_file_name}
    HINTS ${prefect_config_${name}_LIBDIR} REQUIRED)
  mark_as_advanced(prefect_config_${name}_LIBRARY)
  if(NOT TARGET prefect_config::${name})
    add_library(prefect_config::${name} UNKNOWN IMPORTED)
    set_target_properties(
      prefect_config::${name}
      PROPERTIES IMPORTED_LOCATION "${prefect_config_${name}_LIBRARY}"
                 INTERFACE_INCLUDE_DIRECTORIES "${prefect_config_${name}_INCLUDE_DIRS}")
  endif()
  unset(_prefect_config_file_name)
endmacro()

if(prefect_config_SHARED)
  set(Boost_USE_STATIC_LIBS OFF)
else()
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_dependency(Boost 1.74 CONFIG COMPONENTS program_options)
prefect_config_find_with_pkg_config(sodium libsodium 1.0.18)
# 2.8 is meant: the pkg-config file that utf8proc 2.8.0 ships says 2.6.0.
prefect_config_find_with_pkg_config(utf8proc libutf8proc 2.6)
prefect_config_find_with_pkg_config(yaml-cpp yaml-cpp 0.7)
