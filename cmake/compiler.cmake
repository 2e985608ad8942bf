# How everything here is compiled, whoever links it.

# Set only where the user or a project around this one has not: they know their toolchain.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PREFECT_CONFIG_CCACHE ccache)
  mark_as_advanced(PREFECT_CONFIG_CCACHE)
  if(PREFECT_CONFIG_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PREFECT_CONFIG_CCACHE}")
  endif()
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON) # clang-tidy and editors read it

# One section a function, so that the linker can drop what the program does not call: a smaller
# program is one that starts sooner.
add_compile_options(-ffunction-sections -fdata-sections)

if(PREFECT_CONFIG_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(LANGUAGES CXX)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
