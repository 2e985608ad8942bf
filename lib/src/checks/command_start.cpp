#include "checks/command_start.hpp"

#include "sources/protect.hpp"
#include "sources/quirks.hpp"

#include <optional>

namespace prefect_config {
namespace {

Finding stops(const Resolved& decided, std::string what, std::string help) {
  Finding finding{RuleId::command_stops, {std::move(what), std::move(help)}};
  if (decided.winner) finding.place = place_of(decided.winner->origin);
  return finding;
}

// A path that is not there is passed over for the file bundled with Prefect; one that is there is
// read as a file. (measured 3.0.11, 3.1.15, 3.4.19, 3.6.28, 3.8.8, 3.9.1)
std::optional<Finding> logging_is_no_file(const Inspection& inspection,
                                          const Resolution& resolution) {
  const auto* path = resolution.find(inspection.registry, "logging.config_path");
  if (!path || path->value.is_none()) return std::nullopt;
  const auto absolute = inspection.launch.absolute(text_of(path->value));
  const auto& files = *inspection.launch.files;
  if (!files.exists(absolute) || files.is_file(absolute)) return std::nullopt;
  return stops(*path,
               "it reads its logging configuration from `" + absolute + "`, which is no file",
               "name a YAML file, or a path where nothing is");
}

// The URL made of parts is kept as plain text, and the settings cannot be written out.
std::optional<Finding> database_url_is_no_secret(const Inspection& inspection,
                                                 const Resolution& resolution) {
  if (!quirks_of(inspection.launch.prefect_version).database_url_is_no_secret) return std::nullopt;
  const auto* url = resolution.find(inspection.registry, "server.database.connection_url");
  const auto* driver = resolution.find(inspection.registry, "server.database.driver");
  if (!url || url->winner || !driver || text_of(driver->value) != "postgresql+asyncpg")
    return std::nullopt;
  return stops(*driver, "this release cannot work with a PostgreSQL URL that it made of its parts",
               "set PREFECT_API_DATABASE_CONNECTION_URL instead of the parts");
}

std::optional<Finding> reason(const Inspection& inspection, const Resolution& resolution) {
  auto finding = logging_is_no_file(inspection, resolution);
  return finding ? finding : database_url_is_no_secret(inspection, resolution);
}

}  // namespace

void check_command_starts(Inspection& inspection) {
  if (!inspection.loads) return;
  // `prefect -p NAME` sets up logging before it looks at NAME, and then again.
  auto finding =
      inspection.earlier ? reason(inspection, *inspection.earlier) : std::optional<Finding>();
  if (!finding) finding = reason(inspection, inspection.resolution);
  if (!finding) return;
  inspection.command_starts = false;
  if (inspection.launch.profile || inspection.launch.override_profile) inspection.loads = false;
  inspection.findings.push_back(std::move(*finding));
}

}  // namespace prefect_config
