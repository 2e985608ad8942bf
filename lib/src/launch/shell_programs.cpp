#include "launch/shell_programs.hpp"

#include "launch/env_lines.hpp"
#include "launch/shell_words.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> set) {
  return std::find(set.begin(), set.end(), word) != set.end();
}

// A program that starts another one, and how its own words are skipped.
struct Starter {
  std::string_view name;
  std::string_view with_value;  // its options that have one, by their letter
  std::size_t words = 0;        // of its own behind the options
};
constexpr Starter kStarters[] = {
    {"sudo", "ugpCrtUDRh"}, {"doas", "uC"},    {"env", "uCS"},     {"exec", "a"},
    {"nohup", ""},          {"command", ""},   {"builtin", ""},    {"time", "fo"},
    {"nice", "n"},          {"ionice", "cnp"}, {"setsid", ""},     {"stdbuf", "ioe"},
    {"timeout", "ks", 1},   {"gosu", "", 1},   {"su-exec", "", 1}, {"xargs", "nIPLds"},
    {"tini", "p"},          {"dumb-init", ""}, {"watch", "n"},     {"retry", "td"},
    {"chpst", "u"},         {"runuser", "ug"}, {"eatmydata", ""},  {"unbuffer", ""},
};

bool is_option(const ScriptWord& word) { return starts_with(word.text(), "-"); }

// `--name value` or `--name=value`.
struct OptionValue {
  const ScriptWord* word;
  std::size_t begin;  // of the value in the word's text
  ByteSpan name_at;
};

// The value of the option at `at`, where it has one of these names; `at` moves to the word that
// holds it. A short name may have it attached: `-eNAME=value`.
std::optional<OptionValue> option_value(const ProgramCall& call, std::size_t& at,
                                        std::initializer_list<std::string_view> names) {
  const auto& word = call.words[at];
  for (const auto name : names) {
    if (!starts_with(word.text(), name)) continue;
    const bool is_long = starts_with(name, "--");
    if (word.text().size() == name.size()) {
      if (at + 1 >= call.words.size()) return std::nullopt;
      return OptionValue{&call.words[++at], 0, word.value.place()};
    }
    if (is_long && word.text()[name.size()] != '=') continue;
    const auto begin = name.size() + (is_long ? 1 : 0);
    return OptionValue{&word, begin, word.value.place(0, name.size())};
  }
  return std::nullopt;
}

}  // namespace

WrittenVariable ProgramCall::variable(const ScriptWord& word, std::size_t begin, std::size_t sign,
                                      WrittenForm form) const {
  WrittenVariable variable;
  variable.name = word.text().substr(begin, sign - begin);
  variable.value = word.text().substr(sign + 1);
  variable.is_opaque = word.value.is_unknown(sign + 1, word.value.size());
  variable.form = form;
  variable.file = file.path;
  variable.name_at = word.value.place(begin, sign);
  // Before the sign nothing is quoted: the value with its quotes is the word's rest.
  variable.value_at = sign < word.plain ? script.place(word.begin + sign + 1, word.end)
                                        : word.value.place(sign + 1, word.value.size());
  return variable;
}

WrittenVariable ProgramCall::value_of(std::string_view name, ByteSpan name_at,
                                      const ScriptWord& word, std::size_t begin) const {
  WrittenVariable variable;
  variable.name = std::string(name);
  variable.value = word.text().substr(std::min(begin, word.text().size()));
  variable.is_opaque = word.value.is_unknown(begin, word.value.size());
  variable.form = WrittenForm::option;
  variable.file = file.path;
  variable.name_at = name_at;
  variable.value_at = begin <= word.plain ? script.place(word.begin + begin, word.end)
                                          : word.value.place(begin, word.value.size());
  return variable;
}

std::size_t assignment_sign(const ScriptWord& word) {
  const auto sign = word.text().find('=');
  return sign != std::string::npos && sign < word.plain &&
                 is_variable_name(std::string_view(word.text()).substr(0, sign))
             ? sign
             : kNoWord;
}

std::size_t behind_starters(const std::vector<ScriptWord>& words, std::size_t at,
                            const std::function<void(std::size_t word)>& assign) {
  while (at < words.size()) {
    const auto* starter =
        std::find_if(std::begin(kStarters), std::end(kStarters),
                     [&](const auto& s) { return s.name == last_part(words[at].text()); });
    if (starter == std::end(kStarters)) return at;
    ++at;
    for (; at < words.size() && is_option(words[at]); ++at) {
      const auto& option = words[at].text();
      if (option.size() == 2 && starter->with_value.find(option[1]) != kNone) ++at;
    }
    at += starter->words;
    for (; at < words.size() && assignment_sign(words[at]) != kNoWord; ++at) assign(at);
  }
  return at;
}

std::size_t prefect_word(const std::vector<ScriptWord>& words, std::size_t first) {
  if (first >= words.size()) return kNoWord;
  const auto program = last_part(words[first].text());
  if (program == "prefect" || program == "prefect.exe") return first;
  const bool is_python = starts_with(program, "python");
  const bool needs_word = is_one_of(program, {"uv", "poetry", "pipenv", "pdm", "rye", "hatch",
                                              "pixi", "conda", "mamba", "micromamba", "docker",
                                              "podman", "docker-compose", "kubectl", "pipx", "oc"});
  if (!is_python && !needs_word && !is_one_of(program, {"uvx", "coverage", "ddtrace-run"}))
    return kNoWord;
  bool is_reached = !needs_word && !is_python;
  for (auto at = first + 1; at < words.size(); ++at) {
    const auto& text = words[at].text();
    if (is_python && text == "-m") {
      const bool is_prefect =
          at + 1 < words.size() && is_one_of(words[at + 1].text(), {"prefect", "prefect.cli"});
      return is_prefect ? at + 1 : kNoWord;
    }
    if (is_reached && last_part(text) == "prefect") {
      // `uv run --with prefect flow.py`.
      if (!is_one_of(words[at - 1].text(), {"--with", "--from", "--package", "-p"})) return at;
    }
    is_reached = is_reached || (needs_word && is_one_of(text, {"run", "exec"}));
  }
  return kNoWord;
}

void read_prefect_call(const ProgramCall& call, std::size_t at,
                       std::vector<WrittenVariable>& variables) {
  const auto& words = call.words;
  ++at;
  while (at < words.size() && is_option(words[at]))
    at += is_one_of(words[at].text(), {"-p", "--profile"}) ? 2u : 1u;
  if (at + 1 >= words.size()) return;
  const auto& group = words[at].text();
  const auto& command = words[at + 1].text();
  at += 2;
  if (group == "config" && command == "set") {
    for (; at < words.size(); ++at) {
      const auto sign = words[at].text().find('=');
      if (sign == std::string::npos || is_option(words[at])) continue;
      variables.push_back(call.variable(words[at], 0, sign, WrittenForm::config_set));
    }
  } else if (group == "cloud" && command == "login") {
    for (; at < words.size(); ++at) {
      if (const auto key = option_value(call, at, {"--key", "-k"})) {
        variables.push_back(call.value_of("PREFECT_API_KEY", key->name_at, *key->word, key->begin));
      } else if (const auto workspace = option_value(call, at, {"--workspace", "-w"})) {
        variables.push_back(
            call.value_of("--workspace", workspace->name_at, *workspace->word, workspace->begin));
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------

namespace {

// Options of `docker run` that have no value; any other one has.
bool is_switch(std::string_view option) {
  if (starts_with(option, "--"))
    return option.find('=') != kNone || is_one_of(option, {"--detach",
                                                           "--interactive",
                                                           "--tty",
                                                           "--rm",
                                                           "--init",
                                                           "--privileged",
                                                           "--read-only",
                                                           "--no-healthcheck",
                                                           "--oom-kill-disable",
                                                           "--publish-all",
                                                           "--quiet",
                                                           "--sig-proxy",
                                                           "--disable-content-trust",
                                                           "--no-deps",
                                                           "--service-ports",
                                                           "--build",
                                                           "--use-aliases",
                                                           "--no-TTY",
                                                           "--remove-orphans",
                                                           "--replace"});
  return option.find_first_not_of("-ditPqT") == kNone || option.size() > 2;
}

void read_env_file(const ProgramCall& call, const OptionValue& option, WrittenLaunch& launch) {
  const auto path = option.word->text().substr(std::min(option.begin, option.word->text().size()));
  const auto text =
      call.file.sibling && !option.word->value.is_unknown() ? call.file.sibling(path) : nullptr;
  if (!text || !read_env_lines({*text, 0}, path_beside(call.file.path, path), EnvDialect::docker,
                               launch.variables))
    launch.is_open = true;
}

void read_run_variable(const ProgramCall& call, const OptionValue& option, WrittenLaunch& launch) {
  const auto& text = option.word->text();
  const auto sign = text.find('=', option.begin);
  if (sign != std::string::npos) {
    auto variable = call.variable(*option.word, option.begin, sign, WrittenForm::assignment);
    if (is_wanted_variable(variable.name, variable.value))
      launch.variables.push_back(std::move(variable));
    return;
  }
  // `-e NAME`: what the shell that runs this has.
  auto variable = call.value_of({}, {}, *option.word, option.begin);
  variable.name = std::exchange(variable.value, {});
  if (!is_wanted_variable(variable.name, {})) return;
  variable.name_at = std::exchange(variable.value_at, ByteSpan{});
  variable.form = WrittenForm::assignment;
  variable.is_opaque = true;
  launch.variables.push_back(std::move(variable));
}

// Where its words begin that are no options of `run`: the image, or the service.
std::size_t read_run_options(const ProgramCall& call, std::size_t at, WrittenLaunch& launch) {
  const auto& words = call.words;
  for (; at < words.size() && is_option(words[at]); ++at) {
    const bool is_long = starts_with(words[at].text(), "--");
    if (const auto file = option_value(call, at, {"--env-file"})) {
      read_env_file(call, *file, launch);
    } else if (const auto variable = option_value(call, at, {"--env", "-e"})) {
      read_run_variable(call, *variable, launch);
    } else if (const auto name = option_value(call, at, {"--name"})) {
      launch.name = name->word->text().substr(name->begin);
    } else if (const auto network = option_value(call, at, {"--network", "--net"})) {
      const auto mode = network->word->text().substr(network->begin);
      launch.shares_network = mode == "host" || starts_with(mode, "container:");
    } else if (!is_switch(words[at].text())) {
      ++at;
    } else if (is_long && words[at].text() == "--") {
      break;
    }
  }
  return at;
}

}  // namespace

bool read_container_run(const ProgramCall& call, std::size_t first, WrittenLaunches& out) {
  const auto& words = call.words;
  const auto program = last_part(words[first].text());
  if (!is_one_of(program, {"docker", "podman", "nerdctl", "docker-compose", "podman-compose"}))
    return false;
  bool is_compose = ends_with(program, "compose");
  auto at = first + 1;
  for (; at < words.size() && !is_one_of(words[at].text(), {"run", "create"}); ++at) {
    if (words[at].text() == "compose") is_compose = true;
    // `docker network create`, `docker compose up`: another command than `run`.
    const bool is_group = is_one_of(words[at].text(), {"compose", "container"});
    const bool is_options_value = at > first + 1 && is_option(words[at - 1]);
    if (!is_group && !is_option(words[at]) && !is_options_value) return false;
  }
  if (at >= words.size()) return false;
  WrittenLaunch launch;
  launch.kind = "container";
  launch.file = call.file.path;
  launch.is_container = true;
  launch.at = call.script.place(words[first].begin, words[at].end);
  at = read_run_options(call, at + 1, launch);
  if (at < words.size()) {
    if (launch.name.empty()) launch.name = words[at].text();
    if (is_compose) {
      launch.is_open = true;  // what its Compose file says
    } else {
      launch.image = words[at].text();
      launch.image_at = words[at].value.place();
    }
  }
  if (at + 1 < words.size()) {
    const auto begin = words[at + 1].begin;
    const auto end = words.back().end;
    launch.commands.push_back(
        {replace_all(std::string_view(call.script.text()).substr(begin, end - begin), "\\\n", ""),
         call.script.place(begin, end)});
    launch.role = role_of(launch.commands.back().text);
  }
  const bool is_prefect =
      launch.image.find("prefect") != std::string::npos || launch.role != WrittenRole::unknown;
  if (is_prefect || !launch.variables.empty()) out.launches.push_back(std::move(launch));
  return true;
}

// ---------------------------------------------------------------------------------------------

namespace {

// `a=b,c.d=e`: Helm cuts at commas that have no backslash before them.
void read_helm_set(const ProgramCall& call, const OptionValue& option, WrittenLaunches& out) {
  const auto& text = option.word->text();
  for (auto begin = option.begin; begin < text.size();) {
    auto end = text.find(',', begin);
    while (end != std::string::npos && text[end - 1] == '\\') end = text.find(',', end + 1);
    end = std::min(end, text.size());
    const auto sign = begin + std::string_view(text).substr(begin, end - begin).find('=');
    if (sign >= begin && sign < end) {
      auto variable = call.variable(*option.word, begin, sign, WrittenForm::option);
      const bool is_last = end == text.size();
      variable.value =
          replace_all(std::string_view(text).substr(sign + 1, end - sign - 1), "\\,", ",");
      variable.is_opaque = option.word->value.is_unknown(sign + 1, end);
      if (!is_last) variable.value_at = option.word->value.place(sign + 1, end);
      auto path = variable.name;
      variable.name = path.substr(path.rfind('.') + 1);
      out.settings.push_back({std::move(path), std::move(variable)});
    }
    begin = end + 1;
  }
}

bool names_prefect(const ScriptWord& word) {
  return lower(word.text()).find("prefect") != std::string::npos;
}

}  // namespace

void read_helm_call(const ProgramCall& call, std::size_t first, WrittenLaunches& out) {
  const auto& words = call.words;
  if (last_part(words[first].text()) != "helm" ||
      std::none_of(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(), names_prefect))
    return;
  for (auto at = first + 1; at < words.size(); ++at) {
    if (const auto option = option_value(call, at, {"--set", "--set-string"}))
      read_helm_set(call, *option, out);
  }
}

void read_kubectl_call(const ProgramCall& call, std::size_t first, WrittenLaunches& out) {
  const auto& words = call.words;
  if (!is_one_of(last_part(words[first].text()), {"kubectl", "oc"})) return;
  std::string path;  // `secret/NAME`
  for (auto at = first + 1; at < words.size(); ++at) {
    if (const auto option = option_value(call, at, {"--from-literal"})) {
      const auto sign = option->word->text().find('=', option->begin);
      if (sign == std::string::npos) continue;
      auto variable = call.variable(*option->word, option->begin, sign, WrittenForm::option);
      if (is_wanted_variable(variable.name, variable.value) ||
          path.find("prefect") != std::string::npos)
        out.settings.push_back({path + '/' + variable.name, std::move(variable)});
    } else if (is_one_of(words[at].text(), {"secret", "configmap"})) {
      const auto name = at + (words[at].text() == "secret" ? 2u : 1u);
      path = words[at].text() + (name < words.size() ? '/' + words[name].text() : std::string());
    }
  }
}

}  // namespace prefect_config
