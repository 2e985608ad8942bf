#include "lint/launches.hpp"

#include <prefect_config/inspect.hpp>

#include "auth/address.hpp"
#include "checks/checks.hpp"
#include "lint/fixes.hpp"
#include "lint/image_release.hpp"
#include "lint/no_files.hpp"
#include "lint/secrets.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace prefect_config {
namespace {

const NoFiles kNoFiles;

// What stands in for a value that is set and cannot be read: of the form that nobody objects to. A
// URL has none: what follows from it would be guessed.
std::string stand_in(const std::string& upper_name) {
  if (upper_name == "PREFECT_API_KEY") return "pnu_" + std::string(36, 'o');
  if (ends_with(upper_name, "API_AUTH_STRING")) return "opaque:opaque";
  return {};
}

// Whether the process gets it.
bool is_in_force(const WrittenVariable& variable) {
  return variable.form != WrittenForm::local && variable.form != WrittenForm::image_arg;
}

EnvironmentVariable located(const WrittenVariable& variable, std::string value,
                            const LintTexts& texts) {
  return {variable.name, std::move(value), variable.file,
          texts.span(variable.file, variable.name_at),
          texts.span(variable.file, variable.value_at)};
}

// ---- what the engine says, as far as it is sure for a file

// Rules whose findings say the same of a file as of a shell.
constexpr RuleId kKept[] = {
    RuleId::invalid_value,          RuleId::settings_refused,      RuleId::setting_unknown,
    RuleId::both_credentials_set,   RuleId::key_to_other_host,     RuleId::credential_empty,
    RuleId::url_of_web_application, RuleId::cloud_url_incomplete,  RuleId::cloud_url_not_recognized,
    RuleId::url_without_api,        RuleId::url_malformed,         RuleId::workspace_elsewhere,
    RuleId::url_of_every_address,   RuleId::server_name_on_client, RuleId::value_quoted,
    RuleId::value_has_blanks,       RuleId::credential_form,       RuleId::auth_without_colon,
    RuleId::url_with_credentials,   RuleId::credential_in_clear,   RuleId::custom_authorization,
    RuleId::tls_not_verified,
};

bool is_kept(RuleId rule) {
  return std::find(std::begin(kKept), std::end(kKept), rule) != std::end(kKept);
}

const WrittenVariable* find_variable(const WrittenLaunch& written, std::string_view name) {
  const WrittenVariable* found = nullptr;
  for (const auto& variable : written.variables) {
    if (equal_ignoring_case(variable.name, name)) found = &variable;
  }
  return found;
}

// Of a URL that cannot be read nothing is known that depends on where it leads.
bool depends_on_target(RuleId rule) {
  return rule == RuleId::key_to_other_host || rule == RuleId::credential_in_clear ||
         rule == RuleId::server_name_on_client || rule == RuleId::credential_form ||
         rule == RuleId::workspace_elsewhere;
}

// The way there is one's own: a name for examples and tests besides what is internal anywhere.
bool is_near(const std::string& host) {
  constexpr std::string_view kEndings[] = {".test", ".localhost", ".example",
                                           ".home", ".intranet",  ".corp"};
  return is_internal_host(host) || host.find(".svc.") != std::string::npos ||
         std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&host](auto ending) { return ends_with(host, ending); });
}

class LaunchCheck {
 public:
  LaunchCheck(const WrittenLaunch& written, const LintTexts& texts, const LintPolicy* policy,
              std::optional<Version> asked)
      : written_(written), texts_(texts), policy_(policy), asked_(asked),
        release_(release_of_image(written.image)) {
    for (const auto& variable : written.variables) {
      for (const auto at : {variable.name_at, variable.value_at})
        places_.emplace(place_of(variable.file, texts.span(variable.file, at)), &variable);
    }
  }

  std::vector<LintFinding> run() {
    if (is_prefect_one()) return {};
    ask_engine();
    check_quotes();
    check_loopback();
    check_hosts();
    check_exports();
    check_image_env();
    check_commands();
    return std::move(findings_);
  }

 private:
  LintFinding& add(RuleId rule, std::vector<std::string> arguments, const WrittenVariable& variable,
                   bool at_value = true) {
    const auto at =
        at_value && !variable.value_at.is_empty() ? variable.value_at : variable.name_at;
    findings_.push_back(
        finding_at(rule, std::move(arguments), texts_.place(variable.file, at, {})));
    return findings_.back();
  }

  bool is_set(std::string_view name) const { return find_variable(written_, name) != nullptr; }
  bool is_readable(std::string_view name) const {
    const auto* variable = find_variable(written_, name);
    return variable && !is_unreadable(*variable);
  }

  // Readable, or a reference that does not work without a value: a Secret's key, a CI secret, and
  // `${NAME:?}`. Of one that is only handed on nobody knows whether it is set.
  bool is_surely_set(std::string_view name) const {
    const auto* variable = find_variable(written_, name);
    if (!variable) return false;
    if (!is_unreadable(*variable)) return !variable->value.empty();
    const auto& reference = variable->value;
    return reference.find(":?") != std::string::npos ||
           reference.find("secretKeyRef") != std::string::npos ||
           reference.find("secrets.") != std::string::npos;
  }

  void ask_engine() {
    auto launch = launch_of_written(written_, texts_, asked_);
    // What is only said of a launch that has a server, and of any: which it is is not judged.
    const auto* url = find_variable(written_, "PREFECT_API_URL");
    if (url && is_in_force(*url) && is_unreadable(*url))
      launch.environment.push_back(located(*url, "https://opaque.invalid/api", texts_));
    auto inspection = inspect(std::move(launch));
    const auto plans = plan_auth(inspection);
    auto findings = check_credentials(inspection, plans);
    findings.insert(findings.end(), inspection.findings.begin(), inspection.findings.end());
    for (auto& finding : findings) {
      if (is_kept(finding.rule) && is_sure(finding)) take(finding);
    }
  }

  // Prefect 1 had other names and other images; nothing here is about it.
  bool is_prefect_one() const {
    const auto at = written_.image.find("prefecthq/");
    const bool has_other_image =
        at != std::string::npos &&
        !starts_with(std::string_view(written_.image).substr(at), "prefecthq/prefect");
    return has_other_image || std::any_of(written_.variables.begin(), written_.variables.end(),
                                          [](const WrittenVariable& variable) {
                                            return starts_with(variable.name, "PREFECT__") ||
                                                   starts_with(variable.name, "PREFECT_SERVER__");
                                          });
  }

  bool has_opaque() const {
    return written_.is_open ||
           std::any_of(written_.variables.begin(), written_.variables.end(),
                       [](const WrittenVariable& variable) { return is_unreadable(variable); });
  }

  // A server, by its command or by what only a server reads.
  bool is_server() const {
    return written_.role == WrittenRole::server ||
           (written_.role == WrittenRole::unknown &&
            (is_set("PREFECT_SERVER_API_HOST") || is_set("PREFECT_SERVER_API_PORT") ||
             is_set("PREFECT_API_DATABASE_CONNECTION_URL") ||
             is_set("PREFECT_SERVER_DATABASE_CONNECTION_URL")));
  }

  // Quotes that no shell takes away: those of compose lists and of `set` in batch files. Of keys
  // and auth strings the engine speaks.
  void check_quotes() {
    for (const auto& variable : written_.variables) {
      const auto name = upper(variable.name);
      const bool is_list_reference = variable.is_opaque && variable.form == WrittenForm::list_item;
      const bool is_engines = name == "PREFECT_API_KEY" || name == "PREFECT_API_AUTH_STRING";
      if ((variable.is_opaque || is_engines) && !is_list_reference) continue;
      if (!starts_with(name, "PREFECT_") || variable.form == WrittenForm::local) continue;
      if (!is_quoted(variable.value)) continue;
      give(add(RuleId::value_quoted, {variable.name}, variable),
           form_fix(texts_, RuleId::value_quoted, variable));
    }
  }

  using Place = std::tuple<std::string_view, std::uint32_t, std::uint32_t>;
  static Place place_of(std::string_view file, const Span& span) {
    return {file, span.line, span.column};
  }

  // The variable a finding is about, by its place: that of its name or of its value.
  const WrittenVariable* about(const Finding& finding) const {
    if (!finding.place || !finding.place->span.exists()) return nullptr;
    const auto found = places_.find(place_of(finding.place->where, finding.place->span));
    return found == places_.end() ? nullptr : found->second;
  }

  bool is_sure(Finding& finding) const {
    const auto* variable = about(finding);
    if (!variable) return false;
    const auto rule = finding.rule;
    if (rule == RuleId::setting_unknown) return is_mistaken_name(finding, *variable);
    if (rule == RuleId::both_credentials_set) {
      if (!is_readable("PREFECT_API_URL"))
        finding.arguments = {"which one is sent where depends on the server", "one of two"};
      return is_surely_set("PREFECT_API_KEY") && is_surely_set("PREFECT_API_AUTH_STRING");
    }
    if (is_unreadable(*variable)) return false;

    if (depends_on_target(rule) && is_set("PREFECT_API_URL") && !is_readable("PREFECT_API_URL"))
      return false;
    if (rule == RuleId::server_name_on_client)
      return !written_.is_open && !is_set("PREFECT_API_AUTH_STRING") &&
             (written_.role == WrittenRole::worker || written_.role == WrittenRole::client) &&
             is_readable("PREFECT_API_URL");
    if (rule == RuleId::credential_in_clear) {
      const auto* url = find_variable(written_, "PREFECT_API_URL");
      const auto host = url ? host_of(url->value) : std::string();
      return url && !is_near(host) && !is_own_host(host);
    }
    if (rule == RuleId::credential_empty || rule == RuleId::custom_authorization)
      finding.severity_override = Severity::info;
    if (rule == RuleId::settings_refused && has_opaque()) return false;
    if (rule == RuleId::invalid_value && is_referring(*variable)) return false;
    if (rule == RuleId::url_of_every_address && is_server())
      finding.severity_override = Severity::info;
    return true;
  }

  // What a program puts together, in whatever language, is nothing to judge.
  static bool is_referring(const WrittenVariable& variable) {
    return variable.value.find_first_of("$`{%") != std::string::npos &&
           !starts_with(variable.value, "{\"");
  }

  bool is_own_host(std::string_view host) const {
    return std::find(written_.hosts.begin(), written_.hosts.end(), host) != written_.hosts.end();
  }

  // People have PREFECT_ variables of their own: a name is mistaken only where it is all but a real
  // one, or under a prefix of real ones, and nothing in the file refers to it.
  bool is_mistaken_name(Finding& finding, const WrittenVariable& variable) const {
    const auto name = upper(variable.name);
    // Two letters of five are another word.
    constexpr std::size_t kShortest = 14;
    const bool is_near_one = finding.arguments.size() > 3 && name.size() >= kShortest &&
                             starts_with(finding.arguments[3], "did you mean");
    const bool is_of_other_release =
        finding.arguments.size() > 3 && starts_with(finding.arguments[3], "other releases");
    if (is_of_other_release && !(release_ && release_->is_pinned)) return false;
    constexpr std::string_view kPrefixes[] = {"PREFECT_API_", "PREFECT_SERVER_API_",
                                              "PREFECT_SERVER_DATABASE_", "PREFECT_CLIENT_"};
    const bool has_prefix = std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                                        [&name](auto prefix) { return starts_with(name, prefix); });
    if (!is_near_one && !has_prefix && !is_of_other_release) return false;
    // A file of variables is nobody's launch yet: what is in it may be for something else. So may a
    // name that goes on where a real one ends.
    if (!is_near_one && (written_.kind == "env file" || extends_real_name(name))) return false;
    constexpr std::string_view kOwn[] = {"PREFECT_AUTH_STRING",    "PREFECT_API_HOST_PORT",
                                         "PREFECT_API_HEALTH_URL", "PREFECT_CLIENT_ID",
                                         "PREFECT_CLIENT_SECRET",  "PREFECT_API_USER",
                                         "PREFECT_API_HEALTHCHECK"};
    if (std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn)) return false;
    if (!is_in_force(variable) || is_referred_to(variable)) return false;
    finding.severity_override = is_of_other_release ? Severity::info : Severity::warning;
    return true;
  }

  static bool extends_real_name(std::string_view name) {
    const Registry registry(known_versions().back());
    return std::any_of(
        registry.settings().begin(), registry.settings().end(), [name](const Setting* setting) {
          return std::any_of(setting->names.begin(), setting->names.end(),
                             [name](std::string_view real) {
                               return name.size() > real.size() && starts_with(name, real) &&
                                      name[real.size()] == '_';
                             });
        });
  }

  bool is_referred_to(const WrittenVariable& variable) const {
    const auto text = texts_.text();
    for (const auto& form :
         {"${" + variable.name, '$' + variable.name, "env." + variable.name,
          "vars." + variable.name, "secrets." + variable.name, '%' + variable.name + '%'}) {
      if (text.find(form) != std::string_view::npos) return true;
    }
    return false;
  }

  void take(const Finding& finding) {
    auto taken = with_words_of(finding);
    const auto* variable = about(finding);
    const bool is_about_name = finding.rule == RuleId::setting_unknown;
    taken.place = variable && !is_about_name && !variable->value_at.is_empty()
                      ? texts_.place(variable->file, variable->value_at, finding.label())
                      : texts_.place(finding.place->where, finding.place->span, finding.label());
    for (const auto& related : finding.related) {
      if (related.span.exists())
        taken.related.push_back(texts_.place(related.where, related.span, related.note));
    }
    // A second one of the same name would hide the first.
    const bool is_taken = finding.instead && finding.instead->of == Replacement::Of::key &&
                          is_set(finding.instead->text);
    if (variable && !is_taken) give(taken, engine_fix(texts_, finding, *variable));
    findings_.push_back(std::move(taken));
  }

  // A container's loopback is the container: right only where the server is started in it.
  void check_loopback() {
    // The steps of a job share its network, and often start the server themselves.
    const bool is_client =
        written_.role == WrittenRole::worker || written_.role == WrittenRole::client;
    if (!written_.is_container || written_.shares_network || written_.kind == "job step" ||
        !is_client)
      return;
    const auto* url = find_variable(written_, "PREFECT_API_URL");
    if (!url || is_unreadable(*url)) return;
    const auto host = host_of(url->value);
    if (is_loopback_host(host)) add(RuleId::loopback_in_container, {host}, *url);
  }

  // A host of the same file is the project's own, and loopback nobody else's.
  void check_hosts() {
    if (!policy_) return;
    for (const auto& variable : written_.variables) {
      const auto name = upper(variable.name);
      if ((name != "PREFECT_API_URL" && name != "PREFECT_CLOUD_API_URL") || is_unreadable(variable))
        continue;
      const auto host = host_of(variable.value);
      if (!host.empty() && !is_loopback_host(host) && !is_own_host(host) &&
          !policy_->allows_host(host))
        add(RuleId::host_not_allowed, {host, policy_->name}, variable);
    }
  }

  // Set, and not exported, with a `prefect` below that would need it.
  void check_exports() {
    const auto file = lower(last_part(written_.file));
    if (file == "makefile" || file == "justfile" || ends_with(file, ".mk")) return;
    for (const auto& variable : written_.variables) {
      if (variable.form != WrittenForm::local) continue;
      const auto name = upper(variable.name);
      if (name != "PREFECT_API_URL" && name != "PREFECT_API_KEY" &&
          name != "PREFECT_API_AUTH_STRING" && !ends_with(name, "DATABASE_CONNECTION_URL"))
        continue;
      const bool is_used = std::any_of(written_.commands.begin(), written_.commands.end(),
                                       [&](const WrittenCommand& command) {
                                         return command.at.begin > variable.name_at.end &&
                                                role_of(command.text) != WrittenRole::unknown;
                                       });
      const bool is_handed_on = texts_.text().find('$' + variable.name) != std::string_view::npos ||
                                texts_.text().find("${" + variable.name) != std::string_view::npos;
      if (!is_used || is_handed_on) continue;
      give(add(RuleId::not_exported, {variable.name}, variable, false), export_fix(variable));
    }
  }

  // `export ` before an assignment that is a command of its own.
  std::optional<LintFix> export_fix(const WrittenVariable& variable) const {
    if (variable.file != texts_.path()) return std::nullopt;
    const auto text = texts_.text().substr(0, variable.name_at.begin);
    const auto before = text.substr(text.rfind('\n') + 1);
    const auto last = before.find_last_not_of(" \t");
    if (last != std::string_view::npos && before[last] != ';' && before[last] != '&')
      return std::nullopt;
    const auto at = variable.name_at.begin;
    return LintFix{true, {{texts_.path(), at, at, "export "}}};
  }

  void check_image_env() {
    for (const auto& variable : written_.variables) {
      if (variable.form == WrittenForm::image_env && !variable.is_opaque &&
          (variable.value.find("$(") != std::string::npos ||
           variable.value.find('`') != std::string::npos))
        add(RuleId::image_env_not_substituted, {variable.name}, variable);
      // `ARG KEY` and `ENV KEY=$KEY`: whatever is given while building stays in the image.
      const auto name = upper(variable.name);
      const bool is_secret = name == "PREFECT_API_KEY" || ends_with(name, "API_AUTH_STRING");
      const bool is_kept =
          variable.form == WrittenForm::image_env ||
          (written_.kind == "Dockerfile stage" &&
           (variable.form == WrittenForm::option || variable.form == WrittenForm::config_set));
      if (is_kept && is_secret && variable.is_opaque &&
          variable.value.find('$') != std::string::npos &&
          variable.value.find("$(") == std::string::npos)
        add(RuleId::secret_in_image, {variable.name, " from a build argument"}, variable);
    }
  }

  // Commands that only Prefect 2 has, with an image of Prefect 3.
  void check_commands() {
    if (!release_ || release_->version.major < 3) return;
    struct Gone {
      std::string_view words;
      std::string_view instead;
      std::string_view word;  // which alone has to be another one
      std::string_view other;
    };
    constexpr Gone kGone[] = {
        {"prefect agent start", "workers took its place: prefect worker start --pool NAME", "", ""},
        {"prefect orion start", "it is called `prefect server start` now", "orion", "server"},
        {"prefect deployment build", "it is `prefect deploy` now", "", ""},
    };
    for (const auto& command : written_.commands) {
      for (const auto& gone : kGone) {
        if (command.text.find(gone.words) == std::string::npos) continue;
        findings_.push_back(
            finding_at(RuleId::command_of_other_release,
                       {std::string(gone.words), "2", written_.image, std::string(gone.instead)},
                       texts_.place(written_.file, command.at, {})));
        if (written_.file == texts_.path())
          give(findings_.back(), piece_fix(texts_, command.at, gone.word, gone.other, true));
      }
    }
  }

  const WrittenLaunch& written_;
  const LintTexts& texts_;
  const LintPolicy* policy_;
  std::optional<Version> asked_;
  std::optional<ImageRelease> release_;
  std::map<Place, const WrittenVariable*> places_;
  std::vector<LintFinding> findings_;
};

}  // namespace

std::string host_of(const std::string& url) {
  const bool has_scheme = url.find("://") != std::string::npos;
  const auto address = parse_address(has_scheme ? url : "http://" + url);
  return address ? address->host : std::string();
}

namespace {

// Their JSON stands in braces, as many a reference does: what is in them counts.
bool is_placeholder_of_headers(std::string_view text) {
  const bool is_object = text.size() > 1 && text.front() == '{' && text.back() == '}';
  if (!is_object) return is_placeholder(text);
  const auto inner = python_strip(text.substr(1, text.size() - 2));
  return !inner.empty() && is_placeholder(inner);
}

}  // namespace

// `example` and the like are words of a URL, and a placeholder only for a secret.
bool is_unreadable(const WrittenVariable& variable) {
  return variable.is_opaque || stands_for_another(variable.name, variable.value);
}

bool stands_for_another(std::string_view name_as_written, std::string_view value) {
  if (value.empty()) return false;
  const auto name = upper(name_as_written);
  if (ends_with(name, "CUSTOM_HEADERS")) return is_placeholder_of_headers(value);
  if (name == "PREFECT_API_KEY" || is_secret_name(name)) return is_placeholder(value);
  const auto low = lower(value);
  return low.find_first_of("<>`") != std::string::npos || low.find("${") != std::string::npos ||
         low.find("$(") != std::string::npos || low.find("{{") != std::string::npos ||
         low.find("your") != std::string::npos || low.find("...") != std::string::npos ||
         low.find("xxx") != std::string::npos || starts_with(low, "$") || low.find('[') == 0 ||
         low.find("{account") != std::string::npos || low.find("/{") != std::string::npos ||
         low.find("changeme") != std::string::npos;
}

LintFinding with_words_of(const Finding& finding) {
  LintFinding words;
  words.rule = finding.rule;
  words.severity = finding.severity();
  words.message = finding.message();
  words.help = finding.help();
  words.next = finding.next;
  words.place.note = finding.label();
  return words;
}

LintFinding finding_at(RuleId rule, std::vector<std::string> arguments, LintPlace place) {
  auto finding = with_words_of({rule, std::move(arguments)});
  if (place.note.empty()) place.note = std::move(finding.place.note);
  finding.place = std::move(place);
  return finding;
}

Launch launch_of_written(const WrittenLaunch& written, const LintTexts& texts,
                         std::optional<Version> release) {
  Launch launch;
  launch.environment_name = written.kind + (written.name.empty() ? "" : ' ' + written.name);
  launch.working_directory = "/";
  launch.files = &kNoFiles;
  const auto of_image = release_of_image(written.image);
  // A tag that floats says less than whoever asks.
  const bool is_asked = release && !(of_image && of_image->is_pinned);
  launch.prefect_version = is_asked   ? *release
                           : of_image ? of_image->version
                                      : known_versions().back();
  launch.version_reason = of_image && of_image->is_pinned ? "the image" : "newest known";
  const Registry registry(launch.prefect_version);
  // Python sees the first of one name, a process gets the last that was set.
  std::set<std::string_view> seen;
  for (auto variable = written.variables.rbegin(); variable != written.variables.rend();
       ++variable) {
    if (!is_in_force(*variable)) continue;
    if (!seen.insert(variable->name).second) continue;
    auto value = variable->value;
    if (is_unreadable(*variable)) {
      const auto name = upper(variable->name);
      // Of what is no setting the name alone is looked at.
      value = registry.find_name(name) ? stand_in(name) : "opaque";
      if (value.empty()) continue;
    }
    launch.environment.push_back(located(*variable, std::move(value), texts));
  }
  std::reverse(launch.environment.begin(), launch.environment.end());
  return launch;
}

std::vector<LintFinding> check_written(const WrittenLaunch& written, const LintTexts& texts,
                                       const LintPolicy* policy, std::optional<Version> release) {
  return LaunchCheck(written, texts, policy, release).run();
}

}  // namespace prefect_config
