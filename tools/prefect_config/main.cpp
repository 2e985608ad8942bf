// Writes what a command says and ends with its status.
#include "app.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>

namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace prefect_config::tool;
  Outcome outcome;
  try {
    outcome = run_program(argc, argv, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1);
  } catch (const std::exception&) {
    // What an exception says can hold what it stumbled over, and so a secret.
    outcome = {{}, "prefect-config: out of memory, or an error of this program\n", status_failed};
  }
  const bool written = write_all(STDOUT_FILENO, outcome.out);
  if (!written) {
    outcome.err += std::string("prefect-config: cannot write to standard output: ") +
                   std::strerror(errno) + '\n';
    outcome.status = status_failed;
  }
  write_all(STDERR_FILENO, outcome.err);
  // Nothing is left to destroy that the kernel does not take back sooner.
  ::_exit(outcome.status);
}
