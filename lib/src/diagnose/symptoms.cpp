#include <prefect_config/probe.hpp>
namespace prefect_config {
std::string_view symptom_of(RuleId) { return {}; }
}  // namespace prefect_config
