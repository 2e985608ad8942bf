# Every library this project uses, with the oldest version it is built against; newer ones work.
# What each is for, and its licence, is in libraries.json; docs/licences.md is made of it.

include(linked_libraries) # Boost, libsodium and utf8proc: the installed package needs them as well

find_package(fmt 9.1 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)

# Of toml++ only the headers: Debian's package builds its compiled form as a shared library alone,
# and its target would make every file expect that. The adapter compiles it, with its own settings.
find_package(tomlplusplus 3.3 REQUIRED)
get_target_property(_toml_include_dirs tomlplusplus::tomlplusplus INTERFACE_INCLUDE_DIRECTORIES)
add_library(prefect_config_toml_headers INTERFACE)
target_include_directories(prefect_config_toml_headers SYSTEM INTERFACE ${_toml_include_dirs})
unset(_toml_include_dirs)

if(PREFECT_CONFIG_TESTS)
  find_package(doctest 2.4 REQUIRED)
  # Debian's own, where there is one: the Python packages of the tests are Debian's.
  if(NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
  endif()
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
  # What was found may be a version manager's wrapper, which takes ten times as long to start.
  execute_process(
    COMMAND ${Python3_EXECUTABLE} -c "import sys; print(sys.executable)"
    OUTPUT_VARIABLE PREFECT_CONFIG_PYTHON
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(PREFECT_CONFIG_BENCH)
  find_package(benchmark 1.7 REQUIRED)
endif()

if(PREFECT_CONFIG_PROBE)
  find_package(OpenSSL 3.0 REQUIRED COMPONENTS SSL)
  find_package(Threads REQUIRED)
  # Of Beast only the headers; its warnings are not ours.
  add_library(prefect_config_beast INTERFACE)
  target_link_libraries(prefect_config_beast INTERFACE Boost::headers)
  target_compile_definitions(prefect_config_beast INTERFACE BOOST_ASIO_NO_DEPRECATED
                                                            BOOST_BEAST_USE_STD_STRING_VIEW)
endif()
