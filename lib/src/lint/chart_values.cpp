#include "lint/chart_values.hpp"

#include "launch/yaml_values.hpp"
#include "lint/launches.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace prefect_config {
namespace {

// `2025.3.7033449` is the seventh of March 2025, 03:34:49.
struct ChartRelease {
  std::uint32_t year = 0;
  std::uint32_t month = 0;
  std::uint32_t rest = 0;
  auto operator<=>(const ChartRelease&) const = default;

  std::string text() const {
    return std::to_string(year) + '.' + std::to_string(month) + '.' + std::to_string(rest);
  }

  // Nothing of a range, or of a tag with more to it.
  static std::optional<ChartRelease> parse(std::string_view text) {
    constexpr std::size_t kMostDigits = 9;
    ChartRelease release;
    for (auto* part : {&release.year, &release.month, &release.rest}) {
      if (part != &release.year) {
        if (!starts_with(text, ".")) return std::nullopt;
        text.remove_prefix(1);
      }
      std::size_t digits = 0;
      for (; digits < text.size() && digits < kMostDigits && is_digit(text[digits]); ++digits)
        *part = *part * 10 + static_cast<std::uint32_t>(text[digits] - '0');
      if (digits == 0) return std::nullopt;
      text.remove_prefix(digits);
    }
    return text.empty() ? std::optional(release) : std::nullopt;
  }
};

// -------------------------------------------------------------------------------------------------
// The table of names. `since` is the first release that does not take the old one any more.

constexpr ChartRelease kSelfHostedCloud{2024, 2, 7};               // prefect-helm#296
constexpr ChartRelease kNoSubChartSwitch{2024, 6, 13185354};       // #341
constexpr ChartRelease kSecretSection{2024, 8, 13184720};          // #365
constexpr ChartRelease kGlobal{2025, 1, 24200354};                 // #425
constexpr ChartRelease kSelfManagedCloud{2025, 1, 30150456};       // #434
constexpr ChartRelease kSelfHostedServer{2025, 3, 7033449};        // #450, #453, #456, #459, #460
constexpr ChartRelease kRedis{2025, 8, 21160848};                  // #523
constexpr ChartRelease kMigrations{2025, 9, 5145513};              // #532
constexpr ChartRelease kCustomerManagedCloud{2025, 11, 18162334};  // #563
constexpr ChartRelease kClusterWide{2025, 12, 31210634};           // #584
constexpr ChartRelease kPropagation{2026, 2, 24223655};            // #594
constexpr ChartRelease kProbes{2026, 7, 23210422};                 // #642

enum class Applies : std::uint8_t {
  always,        ///< where the name stands there
  where_filled,  ///< not where its value is empty
  where_equal,   ///< where the value is `value`
};

struct Renamed {
  std::string_view chart;
  std::string_view path;
  Applies applies;
  std::string_view value;
  ChartRelease since;
  /// What becomes of it: the chart's schema or its templates refuse it, or nothing looks at it.
  std::string_view fate;
  std::string_view now;  ///< after `: `
};

constexpr std::string_view kWorker = "prefect-worker";
constexpr std::string_view kServer = "prefect-server";
constexpr std::string_view kRefused = "refused";
constexpr std::string_view kIgnored = "ignored";

// From the schemas (`worker` and `server` take no other keys since 2023.10.2; `server.image`,
// `server.uiConfig` and `postgresql` take any), the `fail` calls of prefect-server's NOTES.txt, and
// the templates.
constexpr Renamed kRenamed[] = {
    {kWorker, "worker.apiConfig", Applies::where_equal, "server", kSelfHostedServer, kRefused,
     "the word is `selfHostedServer` now"},
    {kWorker, "worker.apiConfig", Applies::where_equal, "selfHosted", kSelfHostedServer, kRefused,
     "the word is `customerManagedCloud` now"},
    {kWorker, "worker.apiConfig", Applies::where_equal, "selfManaged", kSelfHostedServer, kRefused,
     "the word is `customerManagedCloud` now"},
    {kWorker, "worker.apiConfig", Applies::where_equal, "selfManagedCloud", kCustomerManagedCloud,
     kRefused, "the word is `customerManagedCloud` now"},
    {kWorker, "worker.serverApiConfig", Applies::always, "", kSelfHostedServer, kRefused,
     "it is `worker.selfHostedServerApiConfig` now"},
    {kWorker, "worker.basicAuth", Applies::always, "", kSelfHostedServer, kRefused,
     "it is `worker.selfHostedServerApiConfig.basicAuth` now"},
    {kWorker, "worker.selfHostedApiConfig", Applies::always, "", kSelfHostedCloud, kRefused,
     "it is `worker.customerManagedCloudApiConfig` now"},
    {kWorker, "worker.selfHostedCloudApiConfig", Applies::always, "", kSelfManagedCloud, kRefused,
     "it is `worker.customerManagedCloudApiConfig` now"},
    {kWorker, "worker.selfManagedCloudApiConfig", Applies::always, "", kCustomerManagedCloud,
     kRefused, "it is `worker.customerManagedCloudApiConfig` now"},
    {kWorker, "worker.selfHostedServerApiConfig.uiUrl", Applies::always, "", kSelfHostedServer,
     kRefused, "it was for the installation's message alone, and is gone"},
    {kWorker, "worker.customerManagedCloudApiConfig.uiUrl", Applies::always, "",
     kCustomerManagedCloud, kRefused, "it was for the installation's message alone, and is gone"},
    {kServer, "server.prefectApiUrl", Applies::always, "", kSelfHostedServer, kRefused,
     "it is `server.uiConfig.prefectUiApiUrl` now"},
    {kServer, "server.prefectApiHost", Applies::always, "", kSelfHostedServer, kRefused,
     "the chart sets 0.0.0.0 itself"},
    {kServer, "global.prefect.prefectApiUrl", Applies::where_filled, "", kSelfHostedServer,
     kRefused, "it is `server.uiConfig.prefectUiApiUrl` now"},
    {kServer, "global.prefect.prefectApiHost", Applies::where_filled, "", kSelfHostedServer,
     kRefused, "the chart sets 0.0.0.0 itself"},
    {kServer, "server.uiConfig.prefectUiUrl", Applies::where_filled, "", kSelfHostedServer,
     kRefused, "it was for the installation's message alone, and is gone"},
    {kServer, "server.uiConfig.enabled", Applies::where_equal, "false", kSelfHostedServer, kIgnored,
     "the UI is turned off by PREFECT_UI_ENABLED in `server.env` now"},
    {kServer, "server.image.prefectTag", Applies::where_filled, "", kGlobal, kIgnored,
     "it is `global.prefect.image.prefectTag` now"},
    {kServer, "postgresql.useSubChart", Applies::where_equal, "false", kNoSubChartSwitch, kIgnored,
     "it is `postgresql.enabled` now"},
    {kServer, "postgresql.externalHostname", Applies::where_filled, "", kSecretSection, kIgnored,
     "it is `secret.host` now"},
};

// Names by which a file shows that it is for a chart of this release or a later one.
struct NewName {
  std::string_view chart;
  std::string_view path;
  ChartRelease since;
};
constexpr NewName kNewNames[] = {
    {kWorker, "worker.selfHostedServerApiConfig", kSelfHostedServer},
    {kWorker, "worker.customerManagedCloudApiConfig", kCustomerManagedCloud},
    {kWorker, "worker.config.observerClusterWide", kClusterWide},
    {kWorker, "worker.cloudApiConfig.jobApiKeyPropagation", kPropagation},
    {kServer, "global.prefect.image", kGlobal},
    {kServer, "backgroundServices", kGlobal},
    {kServer, "server.apiBasePath", kSelfHostedServer},
    {kServer, "backgroundServices.messaging", kRedis},
    {kServer, "migrations", kMigrations},
    {kServer, "server.startupProbe", kProbes},
};

// -------------------------------------------------------------------------------------------------
// Sections of the worker's connection.

enum class Api : std::uint8_t { cloud, own_cloud, server };

struct Section {
  std::string_view name;
  Api api;
  std::string_view url;  ///< its key of the URL
};
constexpr std::array<Section, 7> kSections = {{
    {"cloudApiConfig", Api::cloud, "cloudUrl"},
    {"customerManagedCloudApiConfig", Api::own_cloud, "apiUrl"},
    {"selfManagedCloudApiConfig", Api::own_cloud, "apiUrl"},
    {"selfHostedCloudApiConfig", Api::own_cloud, "apiUrl"},
    {"selfHostedApiConfig", Api::own_cloud, "apiUrl"},
    {"selfHostedServerApiConfig", Api::server, "apiUrl"},
    {"serverApiConfig", Api::server, "apiUrl"},
}};

std::optional<Api> api_of_word(std::string_view word) {
  if (word == "cloud") return Api::cloud;
  if (word == "server" || word == "selfHostedServer") return Api::server;
  if (word == "customerManagedCloud" || word == "selfManagedCloud" || word == "selfManaged" ||
      word == "selfHosted")
    return Api::own_cloud;
  return std::nullopt;
}

class ChartCheck {
 public:
  ChartCheck(const WrittenChart& chart, const WrittenLaunches& written, const LintTexts& texts)
      : chart_(chart), written_(written), texts_(texts) {
    for (const auto& value : chart.values) values_.emplace(value.path, &value.variable);
    installed_ = ChartRelease::parse(chart.version);
  }

  std::vector<LintFinding> run() {
    check_names();
    check_auth();
    check_urls();
    check_section();
    return std::move(findings_);
  }

 private:
  const WrittenVariable* find(std::string_view path) const {
    const auto found = values_.find(path);
    return found == values_.end() ? nullptr : found->second;
  }
  const WrittenVariable* find_in(std::string_view section, std::string_view key) const {
    return find("worker." + std::string(section) + '.' + std::string(key));
  }
  static bool is_filled(const WrittenVariable* value) {
    return value && (!value->value.empty() || (value->is_opaque && !value->value_at.is_empty()));
  }
  static bool is_on(const WrittenVariable* value) {
    return value && !value->is_opaque && value->value == "true";
  }

  LintFinding& add(RuleId rule, std::vector<std::string> arguments, const WrittenVariable& value,
                   bool at_name = false) {
    const auto at = at_name || value.value_at.is_empty() ? value.name_at : value.value_at;
    findings_.push_back(finding_at(rule, std::move(arguments), texts_.place(value.file, at, {})));
    return findings_.back();
  }

  std::string whole(std::string_view path) const { return chart_.prefix + std::string(path); }

  // ---- names

  static bool applies(const Renamed& row, const WrittenVariable& value) {
    switch (row.applies) {
    case Applies::always:
      return true;
    case Applies::where_filled:
      return is_filled(&value);
    case Applies::where_equal:
      return !value.is_opaque && value.value == row.value;
    }
    return false;
  }

  // The oldest release that the file can be for, by names that it uses.
  ChartRelease oldest(std::string_view chart) const {
    ChartRelease result;
    for (const auto& row : kNewNames) {
      if (row.chart == chart && find(row.path)) result = std::max(result, row.since);
    }
    return result;
  }

  void check_names() {
    for (const auto& row : kRenamed) {
      const auto* value = find(row.path);
      if (!value || !applies(row, *value)) continue;
      const bool is_known = installed_.has_value();
      if (is_known && *installed_ < row.since) continue;
      const bool is_sure = is_known || oldest(row.chart) >= row.since;
      const auto name = row.applies == Applies::where_equal
                            ? whole(row.path) + ": " + std::string(row.value)
                            : whole(row.path);
      const auto why = is_known  ? "Chart.yaml asks for " + chart_.version
                       : is_sure ? "other names in this file are of such a chart"
                                 : "an older chart knows it: see which release is installed";
      auto& finding = add(RuleId::chart_value_renamed,
                          {name, std::string(row.fate), std::string(row.chart), row.since.text(),
                           std::string(row.now), why},
                          *value, row.applies != Applies::where_equal);
      if (!is_sure) finding.severity = Severity::info;
    }
  }

  // ---- basic authentication

  void check_auth() {
    // prefect-helm#430: the same in server, worker and exporter.
    constexpr std::string_view kDefault = "admin:pass";
    for (const std::string path : {"server.basicAuth", "worker.selfHostedServerApiConfig.basicAuth",
                                   "worker.basicAuth", "basicAuth"}) {
      const auto* enabled = find(path + ".enabled");
      const auto* given = find(path + ".authString");
      if (!is_on(enabled) || is_filled(find(path + ".existingSecret"))) continue;
      if (given && !given->is_opaque && given->value == kDefault) {
        add(RuleId::chart_default_credential, {"the auth string is"}, *given);
      } else if (!is_filled(given) && has_no_other_key(path)) {
        add(RuleId::chart_default_credential,
            {"no auth string is given here: where no other file does, it is"}, *enabled)
            .severity = Severity::info;
      }
    }
  }

  // A chart of somebody else's has keys of its own there.
  bool has_no_other_key(const std::string& path) const {
    return std::all_of(values_.begin(), values_.end(), [&](const auto& value) {
      if (!starts_with(value.first, path + '.')) return true;
      const auto key = value.first.substr(path.size() + 1);
      return key == "enabled" || key == "authString" || key == "existingSecret";
    });
  }

  // ---- the worker's connection

  void check_urls() {
    for (const auto& section : kSections) {
      if (section.api == Api::server) continue;
      const auto* url = find_in(section.name, section.url);
      if (url && !url->is_opaque && url->value.find("/accounts/") != std::string::npos)
        add(RuleId::chart_url_doubled,
            {'`' + whole("worker.") + std::string(section.name) + '.' + std::string(section.url) +
             '`'},
            *url);
    }
  }

  // Whether it says where the API is. `cloudUrl` has a default.
  bool says_where(const Section& section) const {
    if (section.api != Api::cloud && is_filled(find_in(section.name, "apiUrl"))) return true;
    return section.api != Api::server && (is_filled(find_in(section.name, "accountId")) ||
                                          is_filled(find_in(section.name, "workspaceId")));
  }

  void check_section() {
    const auto* word = find("worker.apiConfig");
    if (word && word->is_opaque) return;
    const auto chosen = word ? api_of_word(word->value) : Api::cloud;
    if (!chosen) return;
    const Section* filled = nullptr;
    for (const auto& section : kSections) {
      const bool is_chosen = section.api == *chosen;
      if (is_chosen && section.api == Api::own_cloud) check_cloud_url(section);
      // One that is there and empty is filled elsewhere, or the file is a copy of the chart's.
      if (is_chosen && find("worker." + std::string(section.name))) return;
      if (!is_chosen && says_where(section)) filled = &section;
    }
    if (!filled) return;
    const auto name = "worker." + std::string(filled->name);
    const auto* section = find(name);
    if (!section) return;
    if (word) {
      auto& finding =
          add(RuleId::chart_section_not_chosen,
              {"is `" + word->value + '`', whole(name),
               "the chart takes nothing from this section: choose it, or fill the other"},
              *word);
      finding.related.push_back(
          texts_.place(section->file, section->name_at, "nothing is taken from here"));
    } else {
      add(RuleId::chart_section_not_chosen,
          {"is not in this file, and `cloud` where no other gives it", whole(name),
           "set `apiConfig` beside it, unless another file does"},
          *section, true)
          .severity = Severity::info;
    }
  }

  // The chart's template writes the variable with nothing behind it. Prefect compares the beginning
  // of the API URL with that, so that every server is a Prefect Cloud (seen of 3.4.7 and 3.9.0).
  void check_cloud_url(const Section& section) {
    const auto* url = find_in(section.name, "apiUrl");
    if (!is_filled(url) || is_filled(find_in(section.name, "cloudApiUrl"))) return;
    const auto name = chart_.prefix + "worker";
    const auto launch =
        std::find_if(written_.launches.begin(), written_.launches.end(),
                     [&name](const WrittenLaunch& candidate) { return candidate.name == name; });
    if (launch != written_.launches.end() &&
        std::any_of(launch->variables.begin(), launch->variables.end(), [](const auto& variable) {
          return variable.name == "PREFECT_CLOUD_API_URL" && !variable.value.empty();
        }))
      return;
    add(RuleId::chart_cloud_url_missing,
        {'`' + whole("worker.") + std::string(section.name) + '`',
         section.name == "customerManagedCloudApiConfig"
             ? "the chart sets PREFECT_CLOUD_API_URL to nothing, and Prefect then takes every "
               "server for Prefect Cloud"
             : "without PREFECT_CLOUD_API_URL Prefect takes it for a self-hosted server"},
        *url);
  }

  const WrittenChart& chart_;
  const WrittenLaunches& written_;
  const LintTexts& texts_;
  std::map<std::string_view, const WrittenVariable*> values_;
  std::optional<ChartRelease> installed_;
  std::vector<LintFinding> findings_;
};

}  // namespace

std::vector<LintFinding> check_chart_values(const WrittenLaunches& written,
                                            const LintTexts& texts) {
  std::vector<LintFinding> findings;
  for (const auto& chart : written.charts) {
    auto found = ChartCheck(chart, written, texts).run();
    std::move(found.begin(), found.end(), std::back_inserter(findings));
  }
  return findings;
}

}  // namespace prefect_config
