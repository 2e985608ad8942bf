#include "lint/launches.hpp"

#include <prefect_config/inspect.hpp>

#include "lint/secrets.hpp"
#include "sources/protect.hpp"
#include "support/edit_distance.hpp"
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

// ---- files that a launch of files sees: none, or the one that is linted

class NoFiles : public FileSystem {
 public:
  bool exists(const std::string&) const override { return false; }
  bool is_file(const std::string&) const override { return false; }
  FileText read(const std::string&) const override { return FileError::missing; }
  FileText read_start(const std::string&, std::size_t) const override { return FileError::missing; }
  bool is_executable(const std::string&) const override { return false; }
  std::optional<unsigned> permissions(const std::string&) const override { return std::nullopt; }
  std::vector<std::string> list(const std::string&) const override { return {}; }
  std::optional<std::string> resolve_links(const std::string& path) const override { return path; }
};

class OneText final : public NoFiles {
 public:
  OneText(std::string path, std::string_view text) : path_(std::move(path)), text_(text) {}
  bool exists(const std::string& path) const override { return path == path_; }
  bool is_file(const std::string& path) const override { return path == path_; }
  FileText read(const std::string& path) const override {
    return path == path_ ? FileText(text_) : FileText(FileError::missing);
  }
  FileText read_start(const std::string& path, std::size_t limit) const override {
    return path == path_ ? FileText(text_.substr(0, limit)) : FileText(FileError::missing);
  }

 private:
  std::string path_;
  std::string text_;
};

const NoFiles kNoFiles;

// What stands in for a value that is set and cannot be read: of the form that nobody objects to.
std::string stand_in(const std::string& upper_name) {
  if (upper_name == "PREFECT_API_KEY") return "pnu_" + std::string(36, 'o');
  if (ends_with(upper_name, "API_AUTH_STRING")) return "opaque:opaque";
  if (upper_name == "PREFECT_API_URL") return "https://opaque.invalid/api";
  return {};
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

// `svc`, an address of one's own network, a name without a dot: the way there is one's own.
bool is_near(std::string_view host) {
  if (host.find_first_of(".[") == std::string_view::npos) return true;
  constexpr std::string_view kPrivate[] = {"10.", "127.", "192.168.", "169.254."};
  const bool is_private = std::any_of(std::begin(kPrivate), std::end(kPrivate),
                                      [host](auto prefix) { return starts_with(host, prefix); });
  // 172.16/12 and 100.64/10.
  const auto second = [host](std::string_view first, int least, int most) {
    if (!starts_with(host, first)) return false;
    int number = 0;
    for (auto at = first.size(); at < host.size() && host[at] >= '0' && host[at] <= '9'; ++at)
      number = std::min(number * 10 + (host[at] - '0'), 1000);
    return number >= least && number <= most;
  };
  return is_private || second("172.", 16, 31) || second("100.", 64, 127) ||
         starts_with(host, "[fc") || starts_with(host, "[fd") || starts_with(host, "[fe80") ||
         host == "[::1]" || ends_with(host, ".local") || ends_with(host, ".internal") ||
         ends_with(host, ".svc") || ends_with(host, ".lan") || ends_with(host, ".test") ||
         ends_with(host, ".localhost") || ends_with(host, ".example") ||
         host.find(".svc.") != std::string_view::npos || ends_with(host, ".home") ||
         ends_with(host, ".intranet") || ends_with(host, ".corp");
}

std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  auto rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  rest = rest.substr(rest.rfind('@') == std::string_view::npos ? 0 : rest.rfind('@') + 1);
  if (starts_with(rest, "[")) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || starts_with(host, "127.") || host == "[::1]" || host == "0.0.0.0";
}

class LaunchCheck {
 public:
  LaunchCheck(const WrittenLaunch& written, const LintTexts& texts)
      : written_(written), texts_(texts), release_(release_of_image(written.image)) {
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
    check_exports();
    check_image_env();
    check_commands();
    return std::move(findings_);
  }

 private:
  void add(RuleId rule, std::vector<std::string> arguments, const WrittenVariable& variable,
           bool at_value = true) {
    const auto at =
        at_value && !variable.value_at.is_empty() ? variable.value_at : variable.name_at;
    auto finding = finding_at(rule, std::move(arguments), texts_.place(variable.file, at, {}));
    finding.place.note = prefect_config::rule(rule).label;
    findings_.push_back(std::move(finding));
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
    auto inspection = inspect(launch_of_written(written_, texts_));
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
      const auto& value = variable.value;
      const bool is_quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                             value.back() == value.front();
      if (is_quoted) add(RuleId::value_quoted, {variable.name}, variable);
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
      return url && !is_near(host_of(url->value)) && !is_own_host(host_of(url->value));
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
    if (variable.form == WrittenForm::local || variable.form == WrittenForm::image_arg ||
        is_referred_to(variable))
      return false;
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
    LintFinding taken;
    taken.rule = finding.rule;
    taken.severity = finding.severity();
    taken.message = finding.message();
    taken.help = finding.help();
    taken.next = finding.next;
    const auto* variable = about(finding);
    const bool is_about_name = finding.rule == RuleId::setting_unknown;
    taken.place = variable && !is_about_name && !variable->value_at.is_empty()
                      ? texts_.place(variable->file, variable->value_at, finding.label())
                      : texts_.place(finding.place->where, finding.place->span, finding.label());
    for (const auto& related : finding.related) {
      if (related.span.exists())
        taken.related.push_back(texts_.place(related.where, related.span, related.note));
    }
    findings_.push_back(std::move(taken));
  }

  // A container's loopback is the container: right only where the server is started in it.
  void check_loopback() {
    // The steps of a job share its network, and often start the server themselves.
    if (!written_.is_container || written_.kind == "job step" ||
        written_.role != WrittenRole::worker)
      return;
    const auto* url = find_variable(written_, "PREFECT_API_URL");
    if (!url || is_unreadable(*url)) return;
    const auto host = host_of(url->value);
    if (!is_loopback(host) || host == "0.0.0.0") return;
    add(RuleId::loopback_in_container, {std::string(host)}, *url);
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
      if (is_used && !is_handed_on) add(RuleId::not_exported, {variable.name}, variable, false);
    }
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
    };
    constexpr Gone kGone[] = {
        {"prefect agent start", "workers took its place: prefect worker start --pool NAME"},
        {"prefect orion start", "it is called `prefect server start` now"},
        {"prefect deployment build", "it is `prefect deploy` now"},
    };
    for (const auto& command : written_.commands) {
      for (const auto& gone : kGone) {
        if (command.text.find(gone.words) == std::string::npos) continue;
        auto finding = finding_at(
            RuleId::command_of_other_release,
            {std::string(gone.words), "2", written_.image, std::string(gone.instead)},
            texts_.place(
                written_.file, command.at,
                std::string(prefect_config::rule(RuleId::command_of_other_release).label)));
        findings_.push_back(std::move(finding));
      }
    }
  }

  const WrittenLaunch& written_;
  const LintTexts& texts_;
  std::optional<ImageRelease> release_;
  std::map<Place, const WrittenVariable*> places_;
  std::vector<LintFinding> findings_;
};

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
    auto finding = finding_at(
        secret.kind == SecretKind::auth_string      ? RuleId::auth_string_in_clear
        : secret.kind == SecretKind::custom_headers ? RuleId::header_in_clear
                                                    : RuleId::database_password_in_clear,
        {std::string(resolved.setting->path)}, texts.place(path, winner->origin.value_span, {}));
    if (secret.is_well_known) finding.severity = Severity::info;
    findings.push_back(std::move(finding));
  }
}

// The newest known release that begins with these numbers.
std::optional<Version> newest_of(int major, int minor, bool has_minor) {
  std::optional<Version> newest;
  for (const auto& version : known_versions()) {
    if (version.major == major && (!has_minor || version.minor == minor)) newest = version;
  }
  return newest;
}

}  // namespace

// `example` and the like are words of a URL, and a placeholder only for a secret.
bool is_unreadable(const WrittenVariable& variable) {
  if (variable.is_opaque) return true;
  const auto name = upper(variable.name);
  if (name == "PREFECT_API_KEY" || is_secret_name(name)) return is_placeholder(variable.value);
  const auto low = lower(variable.value);
  return low.find_first_of("<>`") != std::string::npos || low.find("${") != std::string::npos ||
         low.find("$(") != std::string::npos || low.find("{{") != std::string::npos ||
         low.find("your") != std::string::npos || low.find("...") != std::string::npos ||
         low.find("xxx") != std::string::npos || starts_with(low, "$") || low.find('[') == 0 ||
         low.find("{account") != std::string::npos || low.find("/{") != std::string::npos ||
         low.find("changeme") != std::string::npos;
}

LintFinding finding_at(RuleId rule, std::vector<std::string> arguments, LintPlace place) {
  const Finding words{rule, std::move(arguments)};
  LintFinding finding;
  finding.rule = rule;
  finding.severity = words.severity();
  finding.message = words.message();
  finding.help = words.help();
  if (place.note.empty()) place.note = words.label();
  finding.place = std::move(place);
  return finding;
}

std::optional<ImageRelease> release_of_image(const std::string& image) {
  const auto slash = image.rfind('/');
  const auto colon = image.rfind(':');
  const bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  const auto name = image.substr(0, has_tag ? colon : image.size());
  if (!ends_with(name, "prefecthq/prefect")) return std::nullopt;
  auto tag = has_tag ? image.substr(colon + 1) : std::string("latest");
  tag = tag.substr(0, tag.find_first_of("-@"));
  if (auto version = Version::parse(tag)) {
    const auto versions = known_versions();
    // The nearest known one answers for a release that is not.
    auto nearest = versions.front();
    for (const auto& known : versions) {
      if (!(*version < known)) nearest = known;
    }
    return ImageRelease{nearest, true};
  }
  const int major = tag == "2" || starts_with(tag, "2.") ? 2 : 3;
  const auto dot = tag.find('.');
  int minor = 0;
  bool has_minor = false;
  if (dot != std::string::npos) {
    for (auto at = dot + 1; at < tag.size() && tag[at] >= '0' && tag[at] <= '9' && minor < 1000;
         ++at) {
      minor = minor * 10 + (tag[at] - '0');
      has_minor = true;
    }
  }
  auto newest = newest_of(major, minor, has_minor);
  if (!newest) newest = newest_of(major, 0, false);
  return ImageRelease{newest.value_or(known_versions().back()), false};
}

Launch launch_of_written(const WrittenLaunch& written, const LintTexts& texts) {
  Launch launch;
  launch.environment_name = written.kind + (written.name.empty() ? "" : ' ' + written.name);
  launch.working_directory = "/";
  launch.files = &kNoFiles;
  const auto release = release_of_image(written.image);
  launch.prefect_version = release ? release->version : known_versions().back();
  launch.version_reason = release && release->is_pinned ? "the image" : "newest known";
  const Registry registry(launch.prefect_version);
  // Python sees the first of one name, a process gets the last that was set.
  std::set<std::string_view> seen;
  for (auto variable = written.variables.rbegin(); variable != written.variables.rend();
       ++variable) {
    if (variable->form == WrittenForm::local || variable->form == WrittenForm::image_arg) continue;
    if (!seen.insert(variable->name).second) continue;
    auto value = variable->value;
    if (is_unreadable(*variable)) {
      const auto name = upper(variable->name);
      // Of what is no setting the name alone is looked at.
      value = registry.find_name(name) ? stand_in(name) : "opaque";
      if (value.empty()) continue;
    }
    launch.environment.push_back({variable->name, std::move(value), variable->file,
                                  texts.span(variable->file, variable->name_at),
                                  texts.span(variable->file, variable->value_at)});
  }
  std::reverse(launch.environment.begin(), launch.environment.end());
  return launch;
}

std::vector<LintFinding> check_written(const WrittenLaunch& written, const LintTexts& texts) {
  return LaunchCheck(written, texts).run();
}

std::vector<LintFinding> check_settings_file(const std::string& path, const LintTexts& texts) {
  const std::string name(last_part(path));
  const auto text = texts.text();
  const bool is_profiles = name != "prefect.toml" && name != "pyproject.toml";
  const std::string place = "/" + name;
  const OneText files(place, text);
  Launch launch;
  launch.working_directory = "/";
  launch.files = &files;
  launch.prefect_version = known_versions().back();
  if (is_profiles) launch.environment.push_back({"PREFECT_PROFILES_PATH", place});
  auto inspection = inspect(std::move(launch));
  const auto plans = plan_auth(inspection);
  auto findings = check_credentials(inspection, plans);
  findings.insert(findings.end(), inspection.findings.begin(), inspection.findings.end());
  std::vector<LintFinding> taken;
  for (const auto& finding : findings) {
    // Which machine reads it is not known: nothing is said of modes, other sources, loopback.
    constexpr RuleId kElsewhere[] = {RuleId::secrets_file_readable, RuleId::temporary_server,
                                     RuleId::loopback_in_container, RuleId::value_shadowed,
                                     RuleId::source_not_read,       RuleId::value_is_template};
    if (!finding.place || finding.place->where != place || !finding.place->span.exists() ||
        std::find(std::begin(kElsewhere), std::end(kElsewhere), finding.rule) !=
            std::end(kElsewhere))
      continue;
    LintFinding one;
    one.rule = finding.rule;
    one.severity = finding.severity();
    one.message = replace_all(finding.message(), place, name);
    one.help = replace_all(finding.help(), place, name);
    one.place = texts.place(path, finding.place->span, finding.label());
    taken.push_back(std::move(one));
  }
  add_secrets(inspection, path, place, texts, taken);
  return taken;
}

}  // namespace prefect_config
