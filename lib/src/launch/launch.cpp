#include <prefect_config/launch.hpp>

#include <algorithm>

namespace prefect_config {

const std::string* Launch::variable(std::string_view name) const {
  // The first one, as Python's os.environ has it where a name occurs twice.
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [name](const EnvironmentVariable& v) { return v.name == name; });
  return found == environment.end() ? nullptr : &found->value;
}

const std::string* Launch::non_empty(std::string_view name) const {
  const auto* value = variable(name);
  return value && !value->empty() ? value : nullptr;
}

std::string Launch::absolute(std::string_view path) const {
  if (!path.empty() && path.front() == '/') return std::string(path);
  std::string result = working_directory;
  if (result.empty() || result.back() != '/') result += '/';
  return result += path;
}

}  // namespace prefect_config
