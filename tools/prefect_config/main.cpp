// Writes what a command says and ends with its status.
#include "app.hpp"
#include "support/descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

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
  // Nothing is left to destroy that the kernel does not take back sooner.
  ::_exit(outcome.status);
}
