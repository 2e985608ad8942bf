// `doctor`: every finding of one launch, as text and as the document of design contract `doctor`.
#include <prefect_config/report.hpp>

#include "report/doctor_probe.hpp"
#include "report/json_parts.hpp"
#include "report/names.hpp"
#include "support/digest.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace prefect_config {
namespace {

// A path below the working directory or the home, whatever these are called.
std::string relative_text(const Inspection& inspection, std::string text) {
  const auto& launch = inspection.launch;
  for (const auto& [folder, name] :
       {std::pair(launch.working_directory + '/', ""), std::pair(launch.user_home + '/', "~/")}) {
    if (folder.size() > 1) text = replace_all(text, folder, name);
  }
  return text;
}

// The same for the same finding at another time and place, wherever its line has moved to.
std::string fingerprint(const Inspection& inspection, const Finding& finding) {
  auto text = finding.message() + '\n' + (finding.place ? finding.place->where : "");
  return digest(std::string(finding.code()) + '\n' + relative_text(inspection, std::move(text)));
}

}  // namespace

std::string doctor_text(const Inspection& inspection, const ProbeReport* probe, Lines lines) {
  const auto opened = probe ? probe_text(*probe) : std::string();
  std::string text;
  for (const auto& finding : inspection.findings)
    text += finding_text(inspection, finding, lines) + '\n';
  if (text.empty()) return opened + "nothing is wrong with this launch\n";
  return opened + text + counted(count_of(inspection, Severity::error), "error") + ", " +
         counted(count_of(inspection, Severity::warning), "warning") + ", " +
         counted(count_of(inspection, Severity::info), "note") +
         "; prefect-config rules CODE explains each\n";
}

std::string doctor_json(const Inspection& inspection, const ProbeReport* probe, ProbeAsked asked) {
  JsonWriter json(Disclosure::masked);
  const auto number = [&json](const char* key, std::size_t count) {
    json.key(key).value(static_cast<std::uint32_t>(count));
  };
  json.begin_object();
  write_head(json, inspection, "doctor");
  json.key("summary").begin_object();
  number("files", inspection.layers.files.size());
  number("launches", 1);
  number("findings", inspection.findings.size());
  number("errors", count_of(inspection, Severity::error));
  number("warnings", count_of(inspection, Severity::warning));
  number("skipped", 0);
  json.end_object();
  json.key("findings").begin_array();
  for (const auto& finding : inspection.findings) {
    json.begin_object();
    write_finding(json, finding);
    json.key("symptom");
    const auto symptom = symptom_of(finding.rule);
    symptom.empty() ? json.null() : json.value(symptom);
    json.key("launch").value("this shell");
    json.key("fix").null();
    json.key("fingerprint").value(fingerprint(inspection, finding));
    json.key("docs").value(page_name(finding.code()));
    json.end_object();
  }
  json.end_array();
  if (probe) {
    write_probe(json, *probe);
  } else if (asked == ProbeAsked::yes) {
    json.key("probe").null();
  }
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
