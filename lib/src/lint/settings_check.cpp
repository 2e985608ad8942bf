#include "lint/settings_check.hpp"

#include <prefect_config/inspect.hpp>
#include <prefect_config/report.hpp>

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

void list_credentials(const Inspection& inspection, const std::string& path,
                      const std::string& place, const std::string& launch, const LintTexts& texts,
                      std::string_view key, std::vector<LintCredential>& listed) {
  auto plans = plan_auth(inspection);
  add_fingerprints(plans, key);
  for (const auto& credential : plans.credentials) {
    const auto* winner = credential.setting ? credential.setting->winner : nullptr;
    if (!winner || winner->origin.where != place || !winner->origin.value_span.exists() ||
        credential.fingerprint.empty())
      continue;
    const auto value = text_of(winner->written);
    FoundSecret secret;
    const bool is_everybodys =
        is_secret_value(credential.setting->setting->name, value, secret) && secret.is_well_known;
    if (is_everybodys || stands_for_another(credential.setting->setting->name, value)) continue;
    LintCredential one{credential.name,
                       credential.fingerprint,
                       texts.place(path, winner->origin.value_span, {}),
                       launch,
                       {}};
    // Without a profile there is no launch that is known to send it.
    if (!launch.empty()) {
      for (const auto surface : credential.used_for(plans.target))
        one.used_on.emplace_back(surface_name(surface));
    }
    listed.push_back(std::move(one));
  }
}

/// The file as the only one there is, read by Prefect's rules.
class FileAlone {
 public:
  FileAlone(const std::string& path, const LintTexts& texts, std::optional<Version> release)
      : name_(last_part(path)), place_("/" + name_), files_(place_, texts.text()),
        release_(release.value_or(known_versions().back())) {}

  /// What it is called there.
  const std::string& place() const { return place_; }

  Inspection inspect_as(const std::string& profile) const {
    Launch launch;
    launch.working_directory = "/";
    launch.files = &files_;
    launch.prefect_version = release_;
    if (holds_profiles()) launch.environment.push_back({"PREFECT_PROFILES_PATH", place_});
    if (!profile.empty()) launch.environment.push_back({"PREFECT_PROFILE", profile});
    return inspect(std::move(launch));
  }

  /// Another profile is only a word away. Nobody has as many as are looked at.
  std::vector<std::string> profiles_of(const Inspection& inspection) const {
    constexpr std::size_t kMost = 50;
    std::vector<std::string> names;
    const auto* profiles = inspection.layers.profiles_file.get();
    if (!holds_profiles() || !profiles) return names;
    for (const auto& profile : profiles->profiles) {
      if (names.size() < kMost) names.push_back(profile.name);
    }
    return names;
  }

 private:
  bool holds_profiles() const { return name_ != "prefect.toml" && name_ != "pyproject.toml"; }

  std::string name_;
  std::string place_;
  OneText files_;
  Version release_;
};

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
  const FileAlone file(path, texts, release);
  std::vector<LintFinding> taken;
  const auto inspection = file.inspect_as({});
  take_findings(inspection, path, file.place(), texts, taken);
  for (const auto& profile : file.profiles_of(inspection))
    take_findings(file.inspect_as(profile), path, file.place(), texts, taken);
  add_secrets(inspection, path, file.place(), texts, taken);
  if (policy) check_hosts(inspection, file.place(), texts, *policy, taken);
  return taken;
}

std::vector<LintCredential> credentials_of_settings_file(const std::string& path,
                                                         const LintTexts& texts,
                                                         std::optional<Version> release,
                                                         std::string_view key) {
  const FileAlone file(path, texts, release);
  std::vector<LintCredential> listed;
  const auto inspection = file.inspect_as({});
  const auto profiles = file.profiles_of(inspection);
  if (profiles.empty()) list_credentials(inspection, path, file.place(), {}, texts, key, listed);
  for (const auto& profile : profiles)
    list_credentials(file.inspect_as(profile), path, file.place(), "profile " + safe_text(profile),
                     texts, key, listed);
  return listed;
}

}  // namespace prefect_config
