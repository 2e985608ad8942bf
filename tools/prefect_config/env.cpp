#include "env.hpp"

#include "edited_files.hpp"
#include "env_formats.hpp"
#include "profile_store.hpp"
#include "report/disclosure.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string format = "sh";
  bool clean = false;
  std::vector<std::string> words;
};

constexpr const char* kPathVariable = "PREFECT_PROFILES_PATH";
constexpr const char* kProfileVariable = "PREFECT_PROFILE";

// The settings that the profile in force gives a value, as Prefect writes them into an environment.
std::vector<InjectedVariable> of_profile(const Inspection& inspection) {
  auto variables = flow_run_environment(inspection.resolution, inspection.registry);
  std::erase_if(variables, [](const InjectedVariable& variable) {
    return !variable.setting || !variable.setting->winner ||
           !is_profile(variable.setting->winner->origin.kind);
  });
  return variables;
}

// Nothing of a launch whose profile is not there, or whose settings Prefect refuses.
std::optional<Outcome> not_usable(const Context& context, const Inspection& inspection) {
  if (auto outcome = no_profile(inspection)) return outcome;
  if (inspection.loads) return std::nullopt;
  Outcome outcome;
  outcome.status = status_negative;
  report_findings(context, inspection, inspection.findings, outcome);
  return outcome;
}

Outcome run_env(const Options& options, Context context) {
  // The profile's own values, whatever hides them here: nothing else is looked at.
  const auto whole = inspect_launch(context);
  const auto path = profiles_path_of(whole);
  const OneFile file(real_files(), path);
  context.launch.files = &file;
  drop_settings(context.launch);
  std::erase_if(context.launch.environment,
                [](const EnvironmentVariable& variable) { return variable.name == kPathVariable; });
  context.launch.environment.push_back({kPathVariable, path});
  const auto inspection = inspect_launch(context);
  if (auto outcome = not_usable(context, inspection)) return std::move(*outcome);
  Outcome outcome;
  Variables variables;
  for (const auto& variable : of_profile(inspection)) {
    // A mask in a secret's place would be taken for it.
    if (variable.value.is_secret() && context.secrets() == Disclosure::masked) {
      outcome.err += "left out: ";
      outcome.err += variable.name;
      outcome.err += ": a secret; --show-secrets writes it\n";
      continue;
    }
    variables.emplace_back(variable.name, shown_text(variable.value, context.secrets()));
  }
  auto written = env_text(options.format, variables);
  for (const auto& left_out : written.left_out) {
    outcome.err += "left out: " + left_out + '\n';
    outcome.status = status_negative;
  }
  if (context.options.quiet) outcome.err.clear();
  outcome.out = std::move(written.text);
  return outcome;
}

// What exec takes: a pointer a word, and one to nothing.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The environment of the command: ours as it is, without Prefect's variables where they are not
// wanted; the profile's settings; and where another profile or home was asked for, what chooses it:
// else the active profile would fill what this one leaves open.
std::vector<std::string> environment_of(const Options& options, const Context& context,
                                        const Inspection& inspection) {
  Variables added;
  for (const auto& variable : of_profile(inspection))
    added.emplace_back(variable.name, shown_text(variable.value, Disclosure::shown));
  if (context.options.profile_given)
    added.emplace_back(kProfileVariable, inspection.command_line.selection.name);
  if (!context.options.user_home.empty()) added.emplace_back("HOME", inspection.launch.user_home);

  std::vector<std::string> words;
  for (char** entry = context.options.clean_environment ? nullptr : environ; entry && *entry;
       ++entry) {
    const std::string_view word = *entry;
    const auto name = word.substr(0, word.find('='));
    const bool is_dropped = options.clean && is_dropped_setting(name);
    const bool is_replaced = std::any_of(added.begin(), added.end(),
                                         [name](const auto& other) { return other.first == name; });
    if (!is_dropped && !is_replaced) words.emplace_back(word);
  }
  for (const auto& [name, value] : added) {
    auto word = name;
    words.push_back((word += '=') += value);
  }
  return words;
}

// Said before the command takes our place: a credential of the profile that goes to another
// source's server, or the other way round.
void note_mixture(const Inspection& inspection) {
  const auto* url = inspection.find("api.url");
  for (const auto* path : {"api.key", "api.auth_string"}) {
    const auto* credential = inspection.find(path);
    if (!url || !url->winner || !credential || !credential->winner || !credential->value.truthy() ||
        is_profile(url->source()) == is_profile(credential->source()))
      continue;
    const auto place = [](const Resolved& resolved) {
      const auto& origin = resolved.winner->origin;
      return is_profile(origin.kind) ? "profile " + origin.table : origin.where;
    };
    const auto note = safe_text("note: " + std::string(credential->setting->name) + " is that of " +
                                place(*credential) + ", and the server that of " + place(*url)) +
                      '\n';
    (void)!::write(STDERR_FILENO, note.data(), note.size());
  }
}

std::string usage_of_exec(const Options& options, const Context& context) {
  if (options.words.empty() || options.words.front().empty())
    return "exec takes -- COMMAND [ARGUMENT...]";
  if (context.options.command_given) return "exec takes no --command: the command is its own";
  return {};
}

Outcome run_exec(const Options& options, Context context) {
  if (const auto why = usage_of_exec(options, context); !why.empty())
    return failed_with(status_usage, why);
  // What is dropped does not decide either.
  if (options.clean) drop_settings(context.launch);
  const auto inspection = inspect_launch(context);
  if (auto outcome = not_usable(context, inspection)) return std::move(*outcome);
  if (!context.options.quiet) note_mixture(inspection);
  auto environment = environment_of(options, context, inspection);
  for (const auto& entry : environment) {
    if (entry.find('\0') != std::string::npos)
      return refusal("the profile's value of " + entry.substr(0, entry.find('=')) +
                     " has a NUL, which no environment can hold");
  }
  auto words = options.words;
  const auto argv = pointers_to(words);
  const auto envp = pointers_to(environment);
  const auto& directory = context.options.working_directory;
  if (!directory.empty() && ::chdir(directory.c_str()) != 0)
    return {{},
            "prefect-config: " + safe_text(directory) + ": " + std::strerror(errno) + '\n',
            status_failed};
  ::execvpe(argv.front(), argv.data(), envp.data());
  // As shells have it.
  constexpr int kNotFound = 127;
  constexpr int kNotExecutable = 126;
  const int error = errno;
  return {{},
          "prefect-config: " + safe_text(words.front()) + ": " + std::strerror(error) + '\n',
          error == ENOENT ? kNotFound : kNotExecutable};
}

Outcome run_validate(const Context& context) {
  auto inspection = inspect_launch(context);
  if (auto outcome = no_profile(inspection)) return std::move(*outcome);
  Outcome outcome;
  outcome.status = status_of(inspection);
  if (outcome.status == status_fine) outcome.out = "Configuration valid!\n";
  report_findings(context, inspection, inspection.findings, outcome);
  return outcome;
}

}  // namespace

Command env_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "env";
  command.help = "A profile's settings as variables for another program";
  command.values = {{"-f,--format", "FORMAT", "sh, fish, powershell, dotenv, json, github, docker",
                     &options->format, env_formats()}};
  command.run = [options](const Context& context) { return run_env(*options, context); };
  return command;
}

Command exec_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "exec";
  command.help = "Run a command with a profile's settings in its environment";
  command.needs_dashes = true;
  command.flags = {{"--clean", "Without the PREFECT_ variables that are there", &options->clean}};
  command.values = {{"command",
                     "-- COMMAND...",
                     "What to run, and its arguments",
                     nullptr,
                     {},
                     false,
                     &options->words,
                     WordKind::program}};
  command.run = [options](const Context& context) { return run_exec(*options, context); };
  return command;
}

Command validate_command() {
  Command command;
  command.name = "validate";
  command.help = "Whether Prefect takes the settings of the profile in force";
  command.run = [](const Context& context) { return run_validate(context); };
  return command;
}

}  // namespace prefect_config::tool
