// Writes what a command says and ends with its status.
#include "app.hpp"
#include "support/descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#ifdef PREFECT_CONFIG_COVERAGE
// Of clang's counters (cmake/coverage.cmake), which else are written by what _exit leaves out.
extern "C" int __llvm_profile_write_file();
#endif

int main(int argc, char** argv) {
  using namespace prefect_config::tool;
  Outcome outcome;
  try {
    outcome = run_program(argc, argv, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1);
  } catch (const std::exception&) {
    // What an exception says can hold what it stumbled over, and so a secret.
    outcome = {{}, "prefect-config: out of memory, or an error of this program\n", status_failed};
  }
  const bool written = prefect_config::write_whole(STDOUT_FILENO, outcome.out);
  if (!written) {
    outcome.err += std::string("prefect-config: cannot write to standard output: ") +
                   std::strerror(errno) + '\n';
    outcome.status = status_failed;
  }
  prefect_config::write_whole(STDERR_FILENO, outcome.err);
#ifdef PREFECT_CONFIG_COVERAGE
  __llvm_profile_write_file();
#endif
  // Nothing is left to destroy that the kernel does not take back sooner.
  ::_exit(outcome.status);
}
