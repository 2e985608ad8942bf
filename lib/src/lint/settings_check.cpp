#include "lint/settings_check.hpp"

#include <prefect_config/inspect.hpp>

#include "auth/address.hpp"
#include "lint/fixes.hpp"
#include "lint/launches.hpp"
#include "lint/no_files.hpp"
#include "lint/secrets.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

// The secrets that a settings file gives by keys of TOML, whose names say nothing in any text.
void add_secrets(const Inspection& inspection, const std::string& path, const std::string& place,
                 const LintTexts& texts, std::vector<LintFinding>& findings) {
  if (last_part(path) != "prefect.toml" && last_part(path) != "pyproject.toml") return;
  for (const auto& resolved : inspection.resolution.settings) {
    const auto* winner = resolved.winner;
    if (!winner || winner->origin.where != place || !winner->origin.value_span.exists()) continue;
    FoundSecret secret;
    const auto value = text_of(winner->written);
    if (!is_secret_value(resolved.setting->name, value, secret)) continue;
    auto finding = finding_at(rule_of(secret.kind), {std::string(resolved.setting->path)},
                              texts.place(path, winner->origin.value_span, {}));
    if (secret.is_well_known) finding.severity = Severity::info;
    findings.push_back(std::move(finding));
  }
}

void add_host(const std::string& url, const Span& at, const LintTexts& texts,
              const LintPolicy& policy, std::vector<LintFinding>& findings) {
  const auto host = host_of(url);
  if (host.empty() || is_loopback_host(host) || policy.allows_host(host)) return;
  findings.push_back(
      finding_at(RuleId::host_not_allowed, {host, policy.name}, texts.place(texts.path(), at, {})));
}

// Of profiles each one's: another is only a word away.
void check_hosts(const Inspection& inspection, const std::string& place, const LintTexts& texts,
                 const LintPolicy& policy, std::vector<LintFinding>& findings) {
  constexpr std::string_view kName = "PREFECT_API_URL";
  const auto* profiles = inspection.layers.profiles_file.get();
  if (profiles && profiles->where == place) {
    for (const auto& profile : profiles->profiles) {
      for (const auto& entry : profile.entries) {
        if (entry.key == kName)
          add_host(entry.value.str(), entry.value_span, texts, policy, findings);
      }
    }
    return;
  }
  const auto* url = inspection.find("api.url");
  if (url && url->winner && url->winner->origin.where == place)
    add_host(text_of(url->winner->written), url->winner->origin.value_span, texts, policy,
             findings);
}

// What the engine says of a place in the file.
void take_findings(const Inspection& inspection, const std::string& path, const std::string& place,
                   const LintTexts& texts, std::vector<LintFinding>& taken) {
  const std::string name(last_part(path));
  const auto plans = plan_auth(inspection);
  auto findings = check_credentials(inspection, plans);
  findings.insert(findings.end(), inspection.findings.begin(), inspection.findings.end());
  for (const auto& finding : findings) {
    // Which machine reads it is not known: nothing is said of modes, other sources, loopback.
    constexpr RuleId kElsewhere[] = {RuleId::secrets_file_readable, RuleId::temporary_server,
                                     RuleId::loopback_in_container, RuleId::value_shadowed,
                                     RuleId::source_not_read,       RuleId::value_is_template};
    if (!finding.place || finding.place->where != place || !finding.place->span.exists() ||
        std::find(std::begin(kElsewhere), std::end(kElsewhere), finding.rule) !=
            std::end(kElsewhere))
      continue;
    auto one = with_words_of(finding);
    one.message = replace_all(one.message, place, name);
    one.help = replace_all(one.help, place, name);
    one.next.clear();  // it is for the profiles of whoever runs it, and not for this file
    one.place = texts.place(path, finding.place->span, finding.label());
    give(one, engine_fix(texts, finding));
    taken.push_back(std::move(one));
  }
}

}  // namespace

bool is_settings_file(std::string_view name, std::string_view text) {
  if (name == "prefect.toml") return true;
  if (name == "pyproject.toml") return text.find("tool.prefect") != std::string_view::npos;
  return ends_with(name, ".toml") && text.find("[profiles") != std::string_view::npos &&
         text.find("PREFECT_") != std::string_view::npos;
}

std::vector<LintFinding> check_settings_file(const std::string& path, const LintTexts& texts,
                                             const LintPolicy* policy,
                                             std::optional<Version> release) {
  const std::string name(last_part(path));
  const bool is_profiles = name != "prefect.toml" && name != "pyproject.toml";
  const std::string place = "/" + name;
  const OneText files(place, texts.text());
  const auto inspect_as = [&](const std::string& profile) {
    Launch launch;
    launch.working_directory = "/";
    launch.files = &files;
    launch.prefect_version = release.value_or(known_versions().back());
    if (is_profiles) launch.environment.push_back({"PREFECT_PROFILES_PATH", place});
    if (!profile.empty()) launch.environment.push_back({"PREFECT_PROFILE", profile});
    return inspect(std::move(launch));
  };
  std::vector<LintFinding> taken;
  auto inspection = inspect_as({});
  take_findings(inspection, path, place, texts, taken);
  // Another profile is only a word away. Nobody has as many as this.
  constexpr std::size_t kMost = 50;
  const auto* profiles = inspection.layers.profiles_file.get();
  for (std::size_t i = 0; is_profiles && profiles && i < std::min(profiles->profiles.size(), kMost);
       ++i)
    take_findings(inspect_as(profiles->profiles[i].name), path, place, texts, taken);
  add_secrets(inspection, path, place, texts, taken);
  if (policy) check_hosts(inspection, place, texts, *policy, taken);
  return taken;
}

}  // namespace prefect_config
