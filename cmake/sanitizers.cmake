# Sanitizers and fuzzing instrument everything in the build, so they are set for the whole folder.

if(PREFECT_CONFIG_SANITIZE)
  # The first error ends the process: a test that goes on after one would pass.
  add_compile_options(-fsanitize=${PREFECT_CONFIG_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PREFECT_CONFIG_SANITIZE})
  if(PREFECT_CONFIG_STATIC_PROGRAM)
    message(STATUS "The program is linked dynamically: sanitizers cannot be linked statically")
    set(PREFECT_CONFIG_STATIC_PROGRAM OFF)
  endif()
endif()

if(PREFECT_CONFIG_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PREFECT_CONFIG_FUZZ needs clang: configure with the preset `fuzz`")
  endif()
  # Coverage in all code; the fuzzer's own main only in the targets of tests/fuzz.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
