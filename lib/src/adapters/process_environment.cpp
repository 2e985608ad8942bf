#include "adapters/process_environment.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

namespace prefect_config {
namespace {

// Boost lets names be mapped; ours stay exactly as they are spelled: pydantic ignores case, and an
// explanation must not.
std::string own_name(const std::string& name) { return name; }

}  // namespace

std::vector<EnvironmentVariable> process_environment() {
  std::vector<EnvironmentVariable> variables;
  try {
    const boost::program_options::options_description nothing_declared;
    const auto parsed = boost::program_options::parse_environment(nothing_declared, own_name);
    variables.reserve(parsed.options.size());
    for (const auto& option : parsed.options) {
      variables.push_back(
          {option.string_key, option.value.empty() ? std::string() : option.value.front()});
    }
  } catch (const std::exception&) {
    // Only memory can run out here; an environment that cannot be read is an empty one.
    variables.clear();
  }
  return variables;
}

}  // namespace prefect_config
