#include "lint/handed_on.hpp"

#include <prefect_config/version.hpp>

#include "lint/image_release.hpp"
#include "lint/launches.hpp"
#include "lint/secrets.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

// Settings of prefect-kubernetes that keep a credential out of the job's manifest. Since 0.6.3 a
// Secret's name does nothing without the key in it (prefect#18578), and before it was `value`.
struct Protection {
  std::string_view credential;
  std::string_view name;
  std::string_view key;  ///< needed beside it; empty where nothing is
};

/// All variables of a job into a Secret of its own: prefect-kubernetes 0.7.11.
constexpr std::string_view kWholeEnvironment =
    "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_STORE_ENV_AS_SECRET";

constexpr Protection kProtections[] = {
    // 0.5.3; the key 0.5.8
    {"PREFECT_API_KEY", "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_KEY_SECRET_NAME",
     "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_KEY_SECRET_KEY"},
    {"PREFECT_API_KEY", "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_CREATE_SECRET_FOR_API_KEY", ""},
    // the older name of the same
    {"PREFECT_API_KEY", "PREFECT_KUBERNETES_WORKER_STORE_PREFECT_API_IN_SECRET", ""},
    // 0.6.3
    {"PREFECT_API_AUTH_STRING",
     "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_AUTH_STRING_SECRET_NAME",
     "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_AUTH_STRING_SECRET_KEY"},
    {"PREFECT_API_KEY", kWholeEnvironment, ""},
    {"PREFECT_API_AUTH_STRING", kWholeEnvironment, ""},
};

const WrittenVariable* find_variable(const WrittenLaunch& launch, std::string_view name) {
  const auto found = std::find_if(
      launch.variables.rbegin(), launch.variables.rend(),
      [name](const WrittenVariable& variable) { return equal_ignoring_case(variable.name, name); });
  return found == launch.variables.rend() ? nullptr : &*found;
}

bool is_on(const WrittenVariable* variable) {
  if (!variable) return false;
  const auto value = lower(variable->value);
  return variable->is_opaque || (!value.empty() && value != "false" && value != "0" &&
                                 value != "no" && value != "off" && value != "f" && value != "n");
}

// The worker's type, where its command or its image says it.
bool is_type(const WrittenLaunch& launch, std::string_view type) {
  const auto is_named = [&](const WrittenCommand& command) {
    for (const std::string_view option : {"--type ", "--type=", "-t "}) {
      const auto at = command.text.find(std::string(option) + std::string(type));
      if (at != std::string::npos) return true;
    }
    return false;
  };
  return std::any_of(launch.commands.begin(), launch.commands.end(), is_named) ||
         ends_with(launch.image, '-' + std::string(type));
}

class HandedOn {
 public:
  HandedOn(const WrittenLaunches& written, const LintTexts& texts)
      : written_(written), texts_(texts) {}

  std::vector<LintFinding> run() {
    for (const auto& launch : written_.launches) {
      if (launch.role != WrittenRole::worker) continue;
      if (written_.kind == "kubernetes" && is_type(launch, "kubernetes")) check_job(launch);
      if (written_.kind == "ECS task" && is_type(launch, "ecs")) check_task(launch);
    }
    for (const auto& chart : written_.charts) check_chart(chart);
    if (written_.kind == "prefect.yaml") check_blocks();
    return std::move(findings_);
  }

 private:
  LintFinding& add(std::vector<std::string> arguments, const WrittenVariable& variable, ByteSpan at,
                   const WrittenLaunch* launch) {
    findings_.push_back(finding_at(RuleId::credential_handed_on, std::move(arguments),
                                   texts_.place(variable.file, at, {})));
    if (launch) findings_.back().launch = launch->kind + ' ' + launch->name;
    return findings_.back();
  }

  // An image holds the integration of its day; 0.6.3 is newer than Prefect 3.4.10.
  static bool needs_no_key(const WrittenLaunch& launch, const Protection& row) {
    const auto release = release_of_image(launch.image);
    return row.credential == "PREFECT_API_KEY" && release && release->is_pinned &&
           release->version < Version{3, 4, 10};
  }

  // A worker of prefect-kubernetes in a manifest of its own. What an open one gets besides can be
  // its protection.
  void check_job(const WrittenLaunch& launch) {
    if (launch.is_open) return;
    for (const std::string credential : {"PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"}) {
      const auto* variable = find_variable(launch, credential);
      if (!variable || (!variable->is_opaque && variable->value.empty())) continue;
      const Protection* half = nullptr;
      bool is_protected = false;
      for (const auto& row : kProtections) {
        if (row.credential != credential) continue;
        const auto* setting = find_variable(launch, row.name);
        const bool is_whole =
            row.key.empty() || find_variable(launch, row.key) || needs_no_key(launch, row);
        is_protected = is_protected || (is_on(setting) && is_whole);
        if (is_on(setting) && !is_whole) half = &row;
      }
      if (is_protected) continue;
      if (half) {
        const auto* setting = find_variable(launch, half->name);
        add({credential, "every job of this worker",
             ": since prefect-kubernetes 0.6.3 a Secret's name does nothing without the key in it",
             "set " + std::string(half->key) + " too"},
            *setting, setting->name_at, &launch)
            .severity = Severity::warning;
      } else {
        add({credential, "the manifest of every job that this worker makes", "",
             credential == "PREFECT_API_KEY"
                 ? "say which Secret has it by "
                   "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_KEY_SECRET_NAME and …_KEY"
                 : "say which Secret has it by "
                   "PREFECT_INTEGRATIONS_KUBERNETES_WORKER_API_AUTH_STRING_SECRET_NAME and …_KEY "
                   "(prefect-kubernetes 0.6.3)"},
            *variable, variable->name_at, &launch);
      }
    }
  }

  // prefect-aws takes the names of secrets from the work pool alone (prefect#18474, #18620).
  void check_task(const WrittenLaunch& launch) {
    for (const std::string credential : {"PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"}) {
      const auto* variable = find_variable(launch, credential);
      if (!variable || (!variable->is_opaque && variable->value.empty())) continue;
      add({credential, "the overrides of every task that this worker runs",
           ", unless the work pool names a secret",
           credential == "PREFECT_API_KEY"
               ? "set `prefect_api_key_secret_arn` in the work pool (prefect-aws 0.5.12)"
               : "set `prefect_api_auth_string_secret_arn` in the work pool (prefect-aws 0.5.13)"},
          *variable, variable->name_at, &launch);
    }
  }

  // Prefect's chart: since 2026.2.24223655 it names the key's Secret to the worker unless it is
  // told otherwise (prefect-helm#594), since 2025.7.28164749 that of an auth string where there is
  // one
  // (#507).
  void check_chart(const WrittenChart& chart) {
    const auto find = [&chart](const std::string& path) {
      const auto found = std::find_if(chart.values.begin(), chart.values.end(),
                                      [&](const auto& value) { return value.path == path; });
      return found == chart.values.end() ? nullptr : &found->variable;
    };
    const auto name = chart.prefix + "worker";
    const auto launch =
        std::find_if(written_.launches.begin(), written_.launches.end(),
                     [&name](const WrittenLaunch& candidate) { return candidate.name == name; });
    const auto* worker = launch == written_.launches.end() ? nullptr : &*launch;
    if (worker && is_on(find_variable(*worker, kWholeEnvironment))) return;
    for (const std::string section : {"cloudApiConfig", "customerManagedCloudApiConfig"}) {
      const auto* how = find("worker." + section + ".jobApiKeyPropagation");
      if (!how || how->is_opaque || how->value != "envVar") continue;
      add({"PREFECT_API_KEY", "the manifest of every job that this worker makes",
           ", as it is asked for here", "take it away: the default, `secretRef`, names the Secret"},
          *how, how->value_at, worker)
          .severity = Severity::warning;
    }
    for (const std::string section :
         {"worker.selfHostedServerApiConfig.basicAuth", "worker.basicAuth"}) {
      const auto* enabled = find(section + ".enabled");
      const auto* secret = find(section + ".existingSecret");
      const auto* given = find(section + ".authString");
      if (!enabled || enabled->value != "true" || (secret && !secret->value.empty()) || !given ||
          (!given->is_opaque && given->value.empty()))
        continue;
      add({"PREFECT_API_AUTH_STRING", "the manifest of every job that this worker makes", "",
           "keep it in a Secret, and name that in `existingSecret` (chart 2025.7.28164749)"},
          *given, given->name_at, worker);
    }
  }

  // `prefect deploy` fills in blocks everywhere but in pull steps, and sends the deployment so:
  // seen of 3.4.19 and 3.9.1, and in the source of 3.0.0. Releases 2.19.6 to 2.20 leave them in job
  // variables (prefect#14156).
  void check_blocks() {
    const auto release = Version::parse(written_.release);
    for (const auto& setting : written_.settings) {
      if (!setting.variable.is_opaque || !refers_to_secret(setting.variable.value)) continue;
      const bool is_parameter = setting.path.find(".parameters") != std::string::npos;
      if (release && release->major < 3 && !is_parameter) continue;
      auto finding = finding_at(
          RuleId::block_kept_in_clear,
          {setting.path,
           is_parameter ? "load the block in the flow, and give the block's name as the parameter"
                        : "load the block in the flow, or take the value from a secret of the "
                          "infrastructure"},
          texts_.place(setting.variable.file, setting.variable.value_at, {}));
      findings_.push_back(std::move(finding));
    }
  }

  // `{{ prefect.blocks.TYPE.NAME.FIELD }}`: a secret by its type, or by its field.
  static bool refers_to_secret(std::string_view text) {
    constexpr std::string_view kBlocks = "prefect.blocks.";
    for (auto at = text.find(kBlocks); at != std::string_view::npos; at = text.find(kBlocks, at)) {
      at += kBlocks.size();
      const auto path = text.substr(at, text.find_first_of(" }|", at) - at);
      if (starts_with(path, "secret.")) return true;
      const auto slug = path.find('.');
      const auto field = slug == std::string_view::npos ? slug : path.find('.', slug + 1);
      if (field == std::string_view::npos) continue;
      const auto name = lower(path.substr(field));
      for (const auto* word : {"password", "secret", "token"}) {
        if (name.find(word) != std::string::npos) return true;
      }
    }
    return false;
  }

  const WrittenLaunches& written_;
  const LintTexts& texts_;
  std::vector<LintFinding> findings_;
};

}  // namespace

std::vector<LintFinding> check_handed_on(const WrittenLaunches& written, const LintTexts& texts) {
  return HandedOn(written, texts).run();
}

}  // namespace prefect_config
