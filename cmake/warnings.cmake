# prefect_config_warnings: linked privately by this project's own targets, so that neither users of
# the library nor third-party code ever meet these flags. -Wnull-dereference is missing on purpose:
# g++ 12 raises it inside the standard library's own inlined code; clang-tidy's analyser looks instead.

add_library(prefect_config_warnings INTERFACE)
target_compile_options(
  prefect_config_warnings
  INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wsign-conversion
    -Wold-style-cast
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wimplicit-fallthrough
    # g++ leaves fields that a designated initializer omits to their defaults, as we mean them to
    # be, and yet warns about them; clang does not.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-missing-field-initializers>
    # Errors only for developers: a newer compiler's new warning must not break a user's build.
    $<$<BOOL:${PREFECT_CONFIG_DEV}>:-Werror>)
