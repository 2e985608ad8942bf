#include "lint/file.hpp"

#include <prefect_config/registry.hpp>

#include "checks/checks.hpp"
#include "launch/readers.hpp"
#include "launch/yaml_values.hpp"
#include "lint/chart_values.hpp"
#include "lint/credentials.hpp"
#include "lint/fixes.hpp"
#include "lint/handed_on.hpp"
#include "lint/ignores.hpp"
#include "lint/image_release.hpp"
#include "lint/launches.hpp"
#include "lint/repeated.hpp"
#include "lint/settings_check.hpp"
#include "lint/texts.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

// Tests, documentation and examples: what stands there is seldom in use anywhere. A key of Prefect
// Cloud is one wherever it stands.
bool is_example_path(std::string_view path) {
  const auto low = lower(path);
  const auto name = last_part(low);
  const auto has = [](std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
      return text.find(word) != std::string_view::npos;
    });
  };
  return has('/' + low, {"/test/", "/tests/", "/testing/", "/testdata/", "/fixtures/", "/docs/",
                         "/doc/", "/example/", "/examples/", "/__tests__/", "/e2e/"}) ||
         starts_with(name, "test_") ||
         has(name, {"_test.", ".test.", ".spec.", ".example", "example.", "-example", "_example",
                    ".sample", ".template", ".tmpl", ".tpl", ".md", ".mdx", ".rst", ".adoc",
                    ".dist", "exemplo", "ejemplo"});
}

class FileLinter {
 public:
  explicit FileLinter(const LintInput& input)
      : input_(input), texts_(input.path, input.text, input.first_line) {}

  LintFileResult run() {
    find_secrets();
    read();
    for (const auto& secret : secrets_) know(secret.at);
    hide_values();
    report_secrets();
    for (const auto& launch : written_.launches) check(launch);
    for (const auto& setting : written_.settings) check_setting(setting);
    check_releases();
    list_credentials();
    for (auto* check : {check_chart_values, check_handed_on}) add(check(written_, texts_));
    if (is_settings_file(lower(last_part(input_.path)), input_.text)) {
      hide_toml_values();
      add(check_settings_file(input_.path, texts_, input_.policy, input_.release), {});
    }
    drop_repeated();
    if (is_example_path(input_.path)) {
      for (auto& finding : result_.findings) {
        if (finding.rule != RuleId::key_in_clear) finding.severity = Severity::info;
      }
    }
    result_.suppressed = apply_ignores(texts_, input_.policy, result_.findings, result_.facts);
    if (input_.takes_fixes) {
      keep_proven_fixes(input_, result_);
      move_fixes();
    } else {
      for (auto& finding : result_.findings) finding.fixes.clear();
    }
    if (input_.wants_shown_lines) {
      for (const auto& span : input_.also_hidden) texts_.hide(input_.path, span);
      result_.shown_lines = texts_.shown_lines();
      result_.hidden = texts_.hidden();
    }
    return std::move(result_);
  }

 private:
  void move_fixes() {
    for (auto& finding : result_.findings) {
      for (auto& fix : finding.fixes) {
        for (auto& edit : fix.edits) {
          edit.begin += input_.offset;
          edit.end += input_.offset;
        }
      }
    }
  }

  void find_secrets() {
    WordScan scan(input_.text);
    FoundWord word;
    std::size_t behind = 0;  // what has been found already is not found again
    while (scan.next(word)) {
      FoundSecret secret;
      if (word.kind == FoundWord::Kind::prefect) {
        if (!find_given_secret(input_.text, word.at, secret)) continue;
      } else {
        if (word.at < behind) continue;
        const bool is_key = word.kind == FoundWord::Kind::key;
        secret.kind = is_key ? SecretKind::key : SecretKind::key_in_base64;
        secret.at = is_key ? find_key(input_.text, word.at) : find_key_in_base64(input_.text, word);
        if (secret.at.is_empty()) continue;
        behind = secret.at.end;
      }
      secrets_.push_back(std::move(secret));
    }
  }

  void read() {
    WrittenFile file{input_.path, input_.text, [this](const std::string& path) {
                       auto text = input_.sibling ? input_.sibling(path) : nullptr;
                       if (text) siblings_.emplace_back(path, text);
                       return text;
                     }};
    written_ = read_launches(file, can_matter);
    for (const auto& launch : written_.launches) {
      for (const auto& variable : launch.variables) {
        if (variable.file == input_.path) variables_.emplace(variable.value_at.begin, &variable);
      }
    }
    result_.launches = written_.launches.size();
    result_.variables = written_.settings.size();
    for (const auto& launch : written_.launches) {
      result_.variables += launch.variables.size();
      std::set<std::string_view> names;
      for (const auto& variable : launch.variables) names.insert(variable.name);
      result_.names += names.size();
    }
    for (const auto& note : written_.notes) result_.notes.push_back(note);
    for (const auto& [path, text] : siblings_) texts_.add(path, text);
  }

  // Values of names that are secret, or that nobody knows, are hidden wherever a line is shown.
  void hide_values() {
    const auto hide = [this](const WrittenVariable& variable) {
      if (variable.is_opaque) return;
      const bool is_secret = sounds_secret(variable.name);
      if (!is_secret && is_known_name(upper(variable.name))) return;
      texts_.hide(variable.file, whole_value(variable));
      if (is_secret) hide_rest_of_line(variable);
    };
    for (const auto& launch : written_.launches) {
      for (const auto& variable : launch.variables) hide(variable);
    }
    for (const auto& setting : written_.settings) hide(setting.variable);
  }

  // A value of several lines with all of them: block scalars, and plain ones that go on. In YAML
  // what follows on lines that are indented more belongs to it.
  ByteSpan whole_value(const WrittenVariable& variable) const {
    auto whole = variable.value_at;
    const auto text = input_.text;
    if (variable.file != input_.path || whole.is_empty() || !is_yaml()) return whole;
    const auto indent_at = [text](std::size_t line) {
      const auto first = text.find_first_not_of(' ', line);
      return first == std::string_view::npos ? std::size_t{0} : first - line;
    };
    const auto line = text.rfind('\n', whole.begin) + 1;
    const auto indent = indent_at(line);
    for (auto end = text.find('\n', whole.end); end != std::string_view::npos;) {
      const auto next = end + 1;
      const auto next_end = std::min(text.find('\n', next), text.size());
      const bool is_blank_line =
          text.substr(next, next_end - next).find_first_not_of(" \t\r") == std::string_view::npos;
      if (next >= text.size() || (!is_blank_line && indent_at(next) <= indent)) break;
      if (!is_blank_line) whole.end = next_end;
      end = next_end == text.size() ? std::string_view::npos : next_end;
    }
    return whole;
  }

  bool is_yaml() const {
    const auto name = lower(input_.path);
    return ends_with(name, ".yaml") || ends_with(name, ".yml") || ends_with(name, ".tpl");
  }

  // A setting of any release: what else is open is what Prefect shows too.
  static bool is_known_name(const std::string& upper_name) {
    static const Registry newest(known_versions().back());
    return newest.find_name(upper_name) != nullptr;
  }

  // A comment beside a secret is often an older one.
  void hide_rest_of_line(const WrittenVariable& variable) {
    if (variable.file != input_.path || variable.value_at.is_empty()) return;
    const auto end = std::min(input_.text.find('\n', variable.value_at.end), input_.text.size());
    const auto rest = input_.text.substr(variable.value_at.end, end - variable.value_at.end);
    const auto comment = rest.find('#');
    // Behind a blank without quotes a value goes on for whoever wrote it, and for nobody else.
    const char first = input_.text[variable.value_at.begin];
    const bool goes_on = first != '"' && first != '\'' && !rest.empty() && rest.front() == ' ' &&
                         !is_yaml() && variable.form != WrittenForm::option;
    if (goes_on) {
      texts_.hide(input_.path, {variable.value_at.end + 1, end});
    } else if (comment != std::string_view::npos) {
      texts_.hide(input_.path, {variable.value_at.end + comment, end});
    }
  }

  // A key of Prefect's own files whose value anybody may see: the last part of a setting's path, or
  // its name, where it does not sound secret. Of a misspelt one nobody knows.
  static bool is_open_key(std::string_view key) {
    while (!key.empty() && (key.back() == ' ' || key.back() == '\t')) key.remove_suffix(1);
    if (sounds_secret(key)) return false;
    const auto low = lower(last_word(key));
    if (low == "active" || is_known_name(upper(key))) return true;
    static const Registry newest(known_versions().back());
    return std::any_of(newest.settings().begin(), newest.settings().end(),
                       [&low](const Setting* setting) {
                         return setting->path.substr(setting->path.rfind('.') + 1) == low;
                       });
  }
  static std::string_view last_word(std::string_view key) {
    const auto at = key.find_last_of(". \t");
    return at == std::string_view::npos ? key : key.substr(at + 1);
  }

  // In Prefect's own files a key says what is secret, and a misspelt one says nothing.
  void hide_toml_values() {
    const auto text = input_.text;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const auto line = text.substr(at, end - at);
      const auto equals = line.find('=');
      if (equals != std::string_view::npos && !is_open_key(line.substr(0, equals))) {
        const auto value = line.find_first_not_of(" \t", equals + 1);
        if (value != std::string_view::npos) texts_.hide(input_.path, {at + value, end});
      }
      at = end + 1;
    }
  }

  // The variable that a stretch is the value of, or a part of it.
  const WrittenVariable* variable_at(ByteSpan at) const {
    const auto behind = variables_.upper_bound(at.begin);
    if (behind == variables_.begin()) return nullptr;
    const auto* variable = std::prev(behind)->second;
    return at.begin < variable->value_at.end ? variable : nullptr;
  }

  void report_secrets() {
    for (const auto& secret : secrets_) {
      report(secret, input_.path);
      keep(secret, input_.path, secret.at.of(input_.text));
    }
    // What only a reader knows: quotes taken away, base64 decoded, a value given far from its name.
    for (const auto& launch : written_.launches) {
      for (const auto& variable : launch.variables) report_value(variable);
    }
    for (const auto& setting : written_.settings) report_value(setting.variable);
  }

  void know(ByteSpan secret) {
    auto& end = known_[secret.begin];
    end = std::max(end, secret.end);
    texts_.hide(input_.path, secret);
  }

  bool is_known(const std::string& path, ByteSpan at) const {
    if (path != input_.path) return true;  // found where that file itself is linted
    const auto behind = known_.lower_bound(at.end);
    return behind != known_.begin() && at.begin < std::prev(behind)->second;
  }

  void report_value(const WrittenVariable& variable) {
    FoundSecret secret;
    if (variable.is_opaque || variable.value_at.is_empty() ||
        is_known(variable.file, variable.value_at) ||
        !is_secret_value(variable.name, variable.value, secret))
      return;
    const auto value = secret.at.of(variable.value);
    secret.at = variable.value_at;
    know(secret.at);
    report(secret, variable.file);
    keep(secret, variable.file, value);
  }

  void keep(const FoundSecret& secret, const std::string& file, std::string_view value) {
    if (!input_.fingerprint_key.empty()) listed_.push_back({secret, file, std::string(value)});
  }

  void list_credentials() {
    if (input_.fingerprint_key.empty()) return;
    std::vector<LintCredential> known;
    if (is_settings_file(lower(last_part(input_.path)), input_.text))
      known =
          credentials_of_settings_file(input_.path, texts_, input_.release, input_.fingerprint_key);
    result_.credentials = credentials_of(written_, listed_, std::move(known), texts_,
                                         input_.release, input_.fingerprint_key);
  }

  void report(const FoundSecret& secret, const std::string& path) {
    const auto* variable = variable_at(secret.at);
    auto place = texts_.place(path, secret.at, {});
    const bool is_baked =
        variable &&
        (variable->form == WrittenForm::image_env || variable->form == WrittenForm::image_arg ||
         (written_.kind == "dockerfile" &&
          (variable->form == WrittenForm::config_set || variable->form == WrittenForm::option)));
    if (is_baked && !secret.is_well_known) {
      add_finding(RuleId::secret_in_image,
                  {variable->name,
                   variable->form == WrittenForm::image_arg ? ": `docker history` shows it" : ""},
                  std::move(place));
      return;
    }
    // Of a key the finding says where it hides, of the others whose they are.
    const auto about = secret.kind == SecretKind::key_in_base64
                           ? std::string(", in base64, which hides nothing")
                           : secret.name;
    auto& finding = add_finding(rule_of(secret.kind), {about}, std::move(place));
    if (secret.is_well_known) finding.severity = Severity::info;
    if (variable && secret.at.of(input_.text) == variable->value) add_reference(*variable, finding);
  }

  // The secret's place is where its kind of file takes it from elsewhere.
  void add_reference(const WrittenVariable& variable, LintFinding& finding) const {
    const auto reference = written_.kind == "compose"    ? "${" + variable.name + ":?}"
                           : written_.kind == "workflow" ? "${{ secrets." + variable.name + " }}"
                                                         : std::string();
    const auto line = input_.text.rfind('\n', variable.value_at.begin) + 1;
    const auto before = input_.text.substr(line, variable.value_at.begin - line);
    // In `{…}` its braces would be read as others; an action has no secrets.
    const auto name = lower(last_part(input_.path));
    if (reference.empty() || variable.form == WrittenForm::option ||
        before.find('{') != std::string_view::npos || starts_with(name, "action.y"))
      return;
    give(finding, value_fix(texts_, variable, reference, false));
  }

  LintFinding& add_finding(RuleId rule, std::vector<std::string> arguments, LintPlace place) {
    result_.findings.push_back(finding_at(rule, std::move(arguments), std::move(place)));
    return result_.findings.back();
  }

  void add(std::vector<LintFinding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(result_.findings));
  }
  void add(std::vector<LintFinding> findings, const std::string& launch) {
    for (auto& finding : findings) {
      finding.launch = launch;
      result_.findings.push_back(std::move(finding));
    }
  }

  static std::string title_of(const WrittenLaunch& launch) {
    return launch.kind + (launch.name.empty() ? "" : ' ' + launch.name);
  }

  void check(const WrittenLaunch& launch) {
    add(check_written(launch, texts_, input_.policy, input_.release), title_of(launch));
    check_data(launch);
    for (const auto& variable : launch.variables) {
      const auto name = upper(variable.name);
      const bool is_server = name == "PREFECT_SERVER_API_AUTH_STRING";
      if ((!is_server && name != "PREFECT_API_AUTH_STRING") || variable.is_opaque ||
          is_placeholder(variable.value) || variable.form == WrittenForm::local)
        continue;
      result_.facts.push_back({is_server, variable.value, launch.kind, launch.name,
                               is_server ? launch.hosts : url_host_of(launch),
                               texts_.place(variable.file, variable.value_at, {})});
    }
  }

  // Where its API URL leads, as far as that can be read.
  static std::vector<std::string> url_host_of(const WrittenLaunch& launch) {
    std::vector<std::string> hosts;
    for (const auto& variable : launch.variables) {
      if (upper(variable.name) != "PREFECT_API_URL" || is_unreadable(variable)) continue;
      hosts = {host_of(variable.value)};
    }
    return hosts;
  }

  // A Secret's data: what a cluster would refuse, and what it would hand on in base64 still.
  void check_data(const WrittenLaunch& launch) {
    for (const auto& variable : launch.variables) {
      if (variable.form == WrittenForm::secret_data) check_data(variable);
    }
  }
  void check_data(const WrittenVariable& variable) {
    // Prefect 1 read other names.
    if (variable.file != input_.path || variable.name.find("__") != std::string::npos) return;
    auto raw = variable.value_at.of(input_.text);
    // An alias, a tag, and what goes on on lines of its own: its text is not here.
    const bool is_elsewhere =
        raw.empty() || raw.find('\n') != std::string_view::npos ||
        std::string_view("|>*&!").find(raw.front()) != std::string_view::npos ||
        ((raw.front() == '"' || raw.front() == '\'') && raw.back() != raw.front());
    if (is_elsewhere) return;
    if (raw.size() > 1 && (raw.front() == '"' || raw.front() == '\'')) {
      raw.remove_prefix(1);
      raw.remove_suffix(1);
    }
    if (is_placeholder(raw)) return;
    const auto add = [&](std::string what, std::string help, std::string_view instead) {
      add_raw_fix(variable, raw, instead,
                  add_finding(RuleId::base64_wrong,
                              {variable.name, std::move(what), std::move(help)},
                              texts_.place(variable.file, variable.value_at, {})));
    };
    const auto state = base64_state(raw);
    if (state == Base64State::not_base64) {
      add("is no base64, as `data` of a Secret has to be",
          "encode it with `printf %s VALUE | base64`, or write it under `stringData`", base64(raw));
    } else if (state == Base64State::decodes_twice) {
      add("is base64 of base64: the process gets it encoded still",
          "encode it once: printf %s VALUE | base64", base64_decoded(raw));
    }
  }

  // Another text in the place of a Secret's data, as it is written.
  void add_raw_fix(const WrittenVariable& variable, std::string_view raw, std::string_view instead,
                   LintFinding& finding) const {
    auto written = variable;
    written.form = WrittenForm::assignment;
    written.value = std::string(raw);
    auto fix = value_fix(texts_, written, instead, false);
    if (fix) fix->holds_secret = true;
    give(finding, std::move(fix));
  }

  // Since 3.6.14 a client opens /events/in with the subprotocol `prefect`, and a server with an
  // auth string refuses one that comes without: 403, seen of 3.6.29, 3.8.8 and 3.9.1. Up to 3.6.13
  // both do without, and the other connections had it before.
  void check_releases() {
    constexpr Version kBreak{3, 6, 14};
    struct Pinned {
      const WrittenLaunch* launch;
      Version release;
    };
    std::vector<Pinned> servers;
    std::vector<Pinned> clients;
    for (const auto& launch : written_.launches) {
      const auto release = release_of_image(launch.image);
      if (!release || !release->is_pinned) continue;
      const bool is_old = release->version < kBreak;
      if (launch.role == WrittenRole::worker && is_old)
        clients.push_back({&launch, release->version});
      if (launch.role == WrittenRole::server && !is_old && wants_auth(launch))
        servers.push_back({&launch, release->version});
    }
    for (const auto& server : servers) {
      for (const auto& client : clients) {
        auto& finding = add_finding(
            RuleId::releases_disagree,
            {client.release.text(), server.release.text(), "its events are answered with 403"},
            texts_.place(client.launch->file, client.launch->image_at, {}));
        finding.launch = title_of(*client.launch);
        finding.related.push_back(
            texts_.place(server.launch->file, server.launch->image_at, "the server"));
      }
    }
  }

  static bool wants_auth(const WrittenLaunch& server) {
    return std::any_of(server.variables.begin(), server.variables.end(),
                       [](const WrittenVariable& variable) {
                         return variable.name == "PREFECT_SERVER_API_AUTH_STRING";
                       });
  }

  void check_setting(const WrittenSetting& setting) {
    const auto& variable = setting.variable;
    if (variable.form == WrittenForm::secret_data) check_data(variable);
    // What a Secret or ConfigMap gives is sent as it stands, whoever takes it.
    const bool is_stored = written_.kind == "kubernetes" && !variable.is_opaque;
    if (!is_stored || variable.value.empty() || variable.file != input_.path ||
        variable.value_at.is_empty() || !is_known_name(upper(variable.name)))
      return;
    const auto add = [&](RuleId rule, std::vector<std::string> arguments) {
      give(add_finding(rule, std::move(arguments),
                       texts_.place(variable.file, variable.value_at, {})),
           form_fix(texts_, rule, variable));
    };
    if (is_quoted(variable.value)) {
      add(RuleId::value_quoted, {variable.name});
    } else if (const auto blanks = blanks_in(variable.value, false); !blanks.empty()) {
      add(RuleId::value_has_blanks, {variable.name, blanks, help_with_blanks(blanks)});
    }
  }

  void drop_repeated() {
    sort_and_drop_repeated(result_.findings, [](const LintFinding& finding) {
      return std::tuple(std::string_view(finding.place.file), finding.place.span.line,
                        finding.place.span.column, finding.code(),
                        std::string_view(finding.message));
    });
  }

  const LintInput& input_;
  LintTexts texts_;
  std::vector<FoundSecret> secrets_;          // of the text, in its order
  std::vector<ListedSecret> listed_;          // where credentials are to be listed
  std::map<std::size_t, std::size_t> known_;  // secrets of every kind: where each begins and ends
  std::map<std::size_t, const WrittenVariable*> variables_;  // of this file, by their values
  WrittenLaunches written_;
  std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> siblings_;
  LintFileResult result_;
};

}  // namespace

bool can_matter(std::string_view text) {
  WordScan scan(text);
  FoundWord word;
  return scan.next(word);
}

LintFileResult lint_file(const LintInput& input) { return FileLinter(input).run(); }

}  // namespace prefect_config
