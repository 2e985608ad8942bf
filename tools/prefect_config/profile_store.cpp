#include "profile_store.hpp"

#include "profile_list.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config::tool {

std::string profiles_path_of(const Inspection& inspection) {
  return inspection.launch.absolute(inspection.command_line.selection.path);
}

std::vector<std::pair<std::string, std::string>> bundled_entries(const Inspection& inspection,
                                                                 std::string_view profile) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& bundled : bundled_profiles(inspection.launch.prefect_version).profiles) {
    if (bundled.name != profile) continue;
    for (const auto& entry : bundled.entries) entries.emplace_back(entry.key, entry.value);
  }
  return entries;
}

bool is_bundled(const Inspection& inspection, std::string_view profile) {
  const auto& profiles = bundled_profiles(inspection.launch.prefect_version).profiles;
  return std::any_of(profiles.begin(), profiles.end(),
                     [profile](const auto& bundled) { return bundled.name == profile; });
}

EditResult with_profile(const Inspection& inspection, std::string_view text,
                        std::string_view profile) {
  if (has_profile(text, profile) || !is_bundled(inspection, profile)) return std::string(text);
  return add_profile(text, profile, bundled_entries(inspection, profile));
}

bool is_prefect_name(std::string_view name) {
  constexpr std::string_view kPrefix = "prefect_";
  return name.size() >= kPrefix.size() &&
         std::equal(kPrefix.begin(), kPrefix.end(), name.begin(),
                    [](char a, char b) { return a == ascii_lower(b); });
}

bool is_dropped_setting(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  return is_prefect_name(name) && lower != "prefect_home" && lower != "prefect_profiles_path" &&
         lower != "prefect_profile";
}

void drop_settings(Launch& launch) {
  std::erase_if(launch.environment, [](const EnvironmentVariable& variable) {
    return is_dropped_setting(variable.name);
  });
}

std::optional<Outcome> unreadable(const Inspection& inspection) {
  const auto path = profiles_path_of(inspection);
  const auto text = inspection.launch.files->read(path);
  const auto* error = std::get_if<FileError>(&text);
  const bool is_unreadable = !inspection.complete || (error && *error != FileError::missing);
  if (!inspection.layers.profiles_file_malformed && !is_unreadable) return std::nullopt;
  Outcome outcome;
  outcome.status = is_unreadable ? status_failed : status_negative;
  for (const auto& finding : inspection.findings) {
    if (finding.severity() == Severity::error) outcome.err += finding_text(inspection, finding);
  }
  if (outcome.err.empty() && error)
    outcome.err =
        "prefect-config: " + safe_text(path) + ": " + std::string(file_error_text(*error)) + '\n';
  outcome.err += "the file is as it was\n";
  return outcome;
}

Outcome refusal(const std::string& text) { return failed_with(status_negative, text); }

std::optional<Outcome> no_profile(const Inspection& inspection) {
  if (auto outcome = unreadable(inspection)) return outcome;
  const auto& selection = inspection.command_line.selection;
  if (selection.found) return std::nullopt;
  auto outcome = refusal("there is no profile `" + selection.requested + '`');
  for (const auto& near : nearest_profiles(inspection, selection.requested))
    outcome.err += "  did you mean " + safe_text(near) + "?\n";
  return outcome;
}

std::string note_if_hidden(const Resolved& resolved) {
  if (!resolved.winner || is_profile(resolved.winner->origin.kind)) return {};
  const auto& origin = resolved.winner->origin;
  auto note = "note: " + std::string(resolved.setting->name) + " is also set in " +
              safe_text(origin.where) + ", which hides the profile's value";
  return note + (origin.kind == SourceKind::environment ? ": unset " + safe_text(origin.key) + '\n'
                                                        : "\n");
}

std::string next_use(const std::string& profile) {
  // What cannot be shown as it is cannot be typed after it either.
  if (safe_text(profile) != profile) return {};
  return "next: prefect-config profile use " + std::string(profile.front() == '-' ? "-- " : "") +
         shell_quoted(profile) + '\n';
}

namespace {

Outcome not_edited(const std::string& path, const std::string& reason, Span span, int status) {
  auto place = path;
  if (span.exists()) place += ':' + std::to_string(span.line) + ':' + std::to_string(span.column);
  return {{}, "prefect-config: " + safe_text(place + ": " + reason) + '\n' + kFileAsItWas, status};
}

}  // namespace

Outcome refused_edit(const Inspection& inspection, const EditProblem& problem) {
  return not_edited(profiles_path_of(inspection), problem.reason, problem.place, status_negative);
}

Outcome update(const Inspection& inspection,
               const std::function<EditResult(std::string_view text)>& edit, std::string said) {
  const auto path = profiles_path_of(inspection);
  const auto result = update_profiles(path, edit);
  if (result.is_fine()) {
    Outcome outcome;
    outcome.out = std::move(said);
    if (!result.warning.empty())
      outcome.err = "prefect-config: " + safe_text(path + ": " + result.warning) + '\n';
    return outcome;
  }
  const bool is_refused = result.outcome == StoreResult::Outcome::refused;
  return not_edited(path, result.reason, result.place,
                    is_refused ? status_negative : status_failed);
}

}  // namespace prefect_config::tool
