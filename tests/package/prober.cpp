// Opens connections with the installed library: to a port where nothing listens.
#include <prefect_config/inspect.hpp>
#include <prefect_config/probe.hpp>

#include <cstdio>
#include <utility>

int main() {
  using namespace prefect_config;
  LaunchOptions options;
  options.clean_environment = true;
  options.prefect_version = Version{3, 9, 1};
  auto launch = this_shell(options);
  launch.environment.push_back({"PREFECT_API_URL", "http://127.0.0.1:9/api"});
  const auto inspection = inspect(std::move(launch));
  const auto plans = plan_auth(inspection);
  const auto probe = open_connections(inspection, plans, {});
  const auto diagnosis = diagnose(inspection, plans, probe, {});
  for (const auto& finding : diagnosis.findings) std::printf("%s\n", finding.message().c_str());
  return diagnosis.findings.size() == 1 && diagnosis.findings[0].rule == RuleId::nothing_listens
             ? 0
             : 1;
}
