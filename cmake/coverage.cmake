# Which lines ran, by clang's own counters: each process adds its counts to a file of the build folder
# as it ends. tools/dev/coverage makes a table of them.

if(PREFECT_CONFIG_COVERAGE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PREFECT_CONFIG_COVERAGE needs clang: configure with the preset `clang`")
  endif()
  # %m: a file a program. The path is a part of the programs: tests run them with clean environments.
  add_compile_options(-fprofile-instr-generate=${PROJECT_BINARY_DIR}/coverage/%2m.profraw
                      -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
