// The environment of this process, in place of adapters/process_environment.cpp: distributions do
// not compile the static Boost for use inside a shared object, and this is all that needs it.
//
// What it is not: what Python's users get. The package gives an environment with every request,
// read under Python's lock.
#include "adapters/process_environment.hpp"

#include <unistd.h>

#include <string>
#include <vector>

namespace prefect_config {

std::vector<EnvironmentVariable> process_environment() {
  std::vector<EnvironmentVariable> variables;
  // Null after clearenv().
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos)
      variables.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return variables;
}

}  // namespace prefect_config
