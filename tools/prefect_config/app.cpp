#include "app.hpp"

#include "complete.hpp"
#include "describe.hpp"
#include "diff.hpp"
#include "doctor.hpp"
#include "env.hpp"
#include "explain.hpp"
#include "lint.hpp"
#include "man_pages.hpp"
#include "profile.hpp"
#include "prompt.hpp"
#include "rules.hpp"
#include "set.hpp"
#include "settings.hpp"
#include "shell_init.hpp"
#include "support/edit_distance.hpp"
#include "support/text.hpp"
#include "view.hpp"
#include "why.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::tool {
namespace {

// `CHOICE`, or `CHOICE=FILE`.
CLI::Validator one_of_or_file(const std::vector<std::string>& choices) {
  return {[member = CLI::IsMember(choices)](std::string& word) {
            auto choice = word.substr(0, word.find('='));
            return member(choice);
          },
          ""};
}

void add_options(CLI::App& app, const Command& command) {
  for (const auto& flag : command.flags) {
    const auto names = flag.opposite.empty() ? flag.names : flag.names + ",!" + flag.opposite;
    app.add_flag(names, *flag.target, flag.help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  for (const auto& value : command.values) {
    auto* option = value.list ? app.add_option(value.names, *value.list, value.help)
                              : app.add_option(value.names, *value.target, value.help);
    option->type_name(value.type_name)->required(value.required);
    // A positional one would swallow the words behind it.
    if (value.names.front() == '-' && value.list) {
      // Repeated, one word each: what follows is not its.
      option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      option->allow_extra_args(false);
    } else if (value.names.front() == '-') {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    if (value.choices_take_files) {
      option->check(one_of_or_file(value.choices));
    } else if (!value.choices.empty()) {
      option->check(CLI::IsMember(value.choices));
    }
  }
}

// Where the explanations begin: within 80 columns in all.
constexpr std::size_t kCommandColumn = 14;
constexpr std::size_t kOptionColumn = 30;

std::string help_line(std::string names, const std::string& help,
                      std::size_t column = kOptionColumn) {
  std::replace(names.begin(), names.end(), ',', ' ');
  std::string line = "  " + names;
  line += line.size() + 2 <= column ? std::string(column - line.size(), ' ')
                                    : '\n' + std::string(column, ' ');
  return line + help + '\n';
}

std::string own_help(const OwnFlag& flag) { return help_line(flag.names, flag.help); }

std::string options_help(const Command& command) {
  std::string text;
  for (const auto& value : command.values) {
    text += help_line(is_argument(value) ? value.type_name : value.names + ' ' + value.type_name,
                      value.help);
  }
  for (const auto& flag : command.flags) {
    text +=
        help_line(flag.opposite.empty() ? flag.names : flag.names + ',' + flag.opposite, flag.help);
  }
  return text;
}

std::string program_help(const std::vector<Command>& commands, const Command& global) {
  std::string text =
      std::string(kAbout) + "\n\nUsage: prefect-config COMMAND [OPTIONS]\n\nCommands:\n";
  for (const auto& command : commands) {
    if (!command.is_hidden) text += help_line(command.name, command.help, kCommandColumn);
  }
  return text + "\nOptions of every command:\n" + options_help(global) + own_help(kHelpFlag) +
         own_help(kVersionFlag);
}

std::string command_help(const Command& command, const Command& global) {
  return command.help + "\n\nUsage: " + usage_of(command) + "\n\nOptions:\n" +
         options_help(command) + "\nOptions of every command:\n" + options_help(global) +
         own_help(kHelpFlag);
}

using Words = std::vector<std::string>;

// Every option that could have been meant: of the command that was named, else of any, and then the
// commands too.
Words known_words(const Command& global, const std::vector<Command>& commands,
                  const Command* chosen) {
  Words words;
  const auto add = [&words](const std::string& names) {
    for (auto& name : names_of(names)) {
      if (starts_with(name, "--")) words.push_back(std::move(name));
    }
  };
  const auto add_options = [&add](const Command& of) {
    add("--help");
    for (const auto& flag : of.flags) add(flag.names + ',' + flag.opposite);
    for (const auto& value : of.values) add(value.names);
  };
  add("--version");
  add_options(global);
  if (chosen) {
    add_options(*chosen);
    return words;
  }
  for (const auto& command : commands) {
    words.push_back(command.name);
    add_options(command);
  }
  return words;
}

// The known option, or the known command, that `word` is nearest to.
std::string nearest_word(const Words& known_words, const std::string& word) {
  std::string nearest;
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& known : known_words) {
    if (known.front() != word.front() && (known.front() == '-' || word.front() == '-')) continue;
    const auto distance = edit_distance(word, known, limit);
    if (distance >= limit) continue;
    limit = distance;
    nearest = known;
  }
  return nearest;
}

// CLI11 takes `[a,b]` apart as a list, and a word is one word: one that begins so is kept from it.
constexpr char kGuard = '\x1f';

Words guarded(int argc, const char* const* argv) {
  Words words;
  for (int i = argc - 1; i > 0; --i) {  // in CLI11's order, the last one first
    std::string word(argv[i]);
    if (!word.empty() && (word.front() == '[' || word.front() == kGuard)) word.insert(0, 1, kGuard);
    words.push_back(std::move(word));
  }
  return words;
}

void unguard(std::string& word) {
  if (!word.empty() && word.front() == kGuard) word.erase(0, 1);
}

// What a command was given, as it was given.
void take_values(const CLI::App& app, const Command& command) {
  for (const auto& value : command.values) {
    const auto first = value.names.substr(0, value.names.find(','));
    if (value.given) *value.given = app.count(first) > 0;
    if (value.target) unguard(*value.target);
    if (value.list) std::for_each(value.list->begin(), value.list->end(), unguard);
  }
}

bool takes_value(const std::vector<const Command*>& commands, const std::string& option) {
  const auto named = [&](const ValueOption& value) {
    const auto names = names_of(value.names);
    return std::find(names.begin(), names.end(), option) != names.end();
  };
  return std::any_of(commands.begin(), commands.end(), [&](const Command* command) {
    return std::any_of(command->values.begin(), command->values.end(), named);
  });
}

// The words of the command line that are not an option's value.
Words own_words(const std::vector<const Command*>& commands, int argc, const char* const* argv) {
  Words words;
  for (int i = 1; i < argc; ++i) {
    const std::string word(argv[i]);
    if (word == "--") break;
    if (word.empty()) continue;
    words.push_back(word);
    if (word[0] == '-' && takes_value(commands, word)) ++i;
  }
  return words;
}

std::string suggestion(const Words& known, const Words& words) {
  for (const auto& whole : words) {
    const auto word = whole.substr(0, whole.find('='));
    const bool could_be_ours = word[0] == '-' || whole == words.front();
    if (!could_be_ours || word.size() < 3 ||
        std::find(known.begin(), known.end(), word) != known.end())
      continue;
    if (const auto nearest = nearest_word(known, word); !nearest.empty())
      return "  `" + safe_text(word) + "`: did you mean `" + nearest + "`?\n";
  }
  return {};
}

bool is_prefects_p(const std::string& word) { return word.substr(0, 2) == "-p"; }

// What was not expected, by the options alone: any other word can be a secret.
std::string unexpected(const Words& known, const Words& words) {
  std::string options;
  for (const auto& whole : words) {
    if (whole[0] != '-') continue;
    const bool is_long = whole.substr(0, 2) == "--";
    const auto option = is_long ? whole.substr(0, whole.find_first_of("= ")) : whole.substr(0, 2);
    if (is_long && std::find(known.begin(), known.end(), option) != known.end()) continue;
    if (options.find('`' + option + '`') == std::string::npos)
      options += (options.empty() ? "`" : ", `") + option + '`';
  }
  return options.empty() ? "there is a word too many" : options + " is no option here";
}

// The parser's own words without the value that they quote.
std::string without_value(const std::string& text) {
  const auto choices = text.find(" not in {");
  if (choices != std::string::npos)
    return text.substr(0, text.find(':')) + " takes one of " +
           text.substr(choices + std::string_view(" not in ").size());
  return text.substr(0, text.find(" = "));
}

std::string without_dashes(const Command& command) {
  return "prefect-config: " + command.name +
         " takes -- COMMAND [ARGUMENT...]: without `--` its options would be taken for ours\n";
}

// The argument that a command does not go without.
std::string missing_argument(const Command& command) {
  const auto found = std::find_if(command.values.begin(), command.values.end(),
                                  [](const ValueOption& value) { return value.required; });
  std::string choices;
  for (const auto& choice : found->choices) choices += (choices.empty() ? ": " : ", ") + choice;
  return command.name + " takes " + found->type_name + choices;
}

// CLI11 quotes what it did not expect; what is printed says no more than options and choices.
std::string usage_error(const CLI::ParseError& error, const Words& known, const Words& words,
                        const Command* command) {
  const auto first =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word[0] != '-'; });
  auto hint = suggestion(known, words);
  std::string reason = without_value(error.what());
  if (std::any_of(words.begin(), words.end(), is_prefects_p)) {
    reason = "`-p` is no option here";
    hint = "  to use a profile: --profile NAME\n"
           "  for what Prefect's own `-p` does: --command \"prefect -p NAME\"\n";
  } else if (!command && error.get_name() == "RequiredError") {
    const bool is_near = first != words.end() && !nearest_word(known, *first).empty();
    reason = first == words.end() ? "there is no command"
             : is_near            ? '`' + *first + "` is no command"
                                  : "the first word is no command";
  } else if (error.get_name() == "RequiredError") {
    reason = missing_argument(*command);
  } else if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    reason = unexpected(known, words);
  }
  return "prefect-config: " + safe_text(reason) + '\n' + hint + "next: prefect-config " +
         (command ? command->name + ' ' : "") + "--help\n";
}

// `3.4.0..3.8.8` into its two releases.
void split_releases(GlobalOptions& options) {
  constexpr std::string_view kBetween = "..";
  const auto between = options.prefect_version.find(kBetween);
  if (between == std::string::npos) return;
  auto second = options.prefect_version.substr(between + kBetween.size());
  if (between == 0 || second.empty()) return;
  options.prefect_version_to = std::move(second);
  options.prefect_version.resize(between);
}

// A release as the library spells it.
void respell(std::string& release) {
  if (const auto version = release_of(release)) release = version->text();
}

// What is wrong with the values of the global options; empty where nothing is.
std::string wrong_value(const Command& command, GlobalOptions& options) {
  if (command.takes_releases) split_releases(options);
  if (auto wrong = wrong_request(request_of(options)); !wrong.empty()) return wrong;
  respell(options.prefect_version);
  if (options.prefect_version_to.empty()) return {};
  if (auto wrong = wrong_release(options.prefect_version_to); !wrong.empty()) return wrong;
  respell(options.prefect_version_to);
  return {};
}

}  // namespace

Outcome run_program(int argc, char* const* argv, bool out_is_terminal, bool err_is_terminal) {
  Context context;
  context.out_is_terminal = out_is_terminal;
  context.err_is_terminal = err_is_terminal;
  context.arguments = argv;
  const auto global = global_options(context.options);
  std::vector<Command> commands = {
      view_command(),   why_command(),      explain_command(),    lint_command(),
      doctor_command(), diff_command(),     profile_command(),    set_command(),
      unset_command(),  validate_command(), env_command(),        exec_command(),
      rules_command(),  settings_command(), shell_init_command(), prompt_command()};
  // These know all of them.
  commands.push_back(complete_command(commands));
  commands.push_back(describe_command(commands));
  commands.push_back(man_command(commands));

  CLI::App app("", "prefect-config");
  app.set_version_flag("--version", "prefect-config " PREFECT_CONFIG_VERSION " (Prefect " +
                                        known_releases() + ')');
  app.require_subcommand(1);
  app.fallthrough();
  add_options(app, global);
  const auto has_word = [&](std::string_view word) {
    return std::any_of(argv + 1, argv + argc, [word](const char* one) { return word == one; });
  };
  // Of the others nothing is asked, and making their options would take most of a start.
  for (const auto& command : commands) {
    if (has_word(command.name))
      add_options(*app.add_subcommand(command.name, command.help), command);
  }
  const bool has_dashes = has_word("--");
  const auto chosen = [&]() -> const Command* {
    const auto named = app.get_subcommands();
    if (named.empty()) return nullptr;
    return &*std::find_if(commands.begin(), commands.end(),
                          [&](const Command& c) { return c.name == named.front()->get_name(); });
  };
  try {
    app.parse(guarded(argc, argv));
  } catch (const CLI::CallForHelp&) {
    return {chosen() ? command_help(*chosen(), global) : program_help(commands, global),
            {},
            status_fine};
  } catch (const CLI::CallForVersion& version) {
    return {std::string(version.what()) + '\n', {}, status_fine};
  } catch (const CLI::ParseError& error) {
    if (argc == 1) return {{}, program_help(commands, global), status_usage};
    if (chosen() && chosen()->needs_dashes && !has_dashes)
      return {{}, without_dashes(*chosen()), status_usage};
    std::vector<const Command*> all = {&global};
    for (const auto& command : commands) all.push_back(&command);
    return {{},
            usage_error(error, known_words(global, commands, chosen()), own_words(all, argc, argv),
                        chosen()),
            status_usage};
  }
  if (chosen()->needs_dashes && !has_dashes) return {{}, without_dashes(*chosen()), status_usage};
  take_values(app, global);
  take_values(*app.get_subcommands().front(), *chosen());
  if (const auto wrong = wrong_value(*chosen(), context.options); !wrong.empty())
    return failed_with(status_usage, wrong);
  auto launch = launch_of(context.options);
  if (const auto* problem = std::get_if<LaunchProblem>(&launch))
    return failed_with(status_usage, problem->reason);
  context.launch = std::get<Launch>(std::move(launch));
  return chosen()->run(context);
}

}  // namespace prefect_config::tool
