#include "app.hpp"

#include "explain.hpp"
#include "support/edit_distance.hpp"
#include "view.hpp"
#include "why.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace prefect_config::tool {
namespace {

// The options of every command, as data like a command's own.
Command global_options(GlobalOptions& options) {
  Command all;
  all.values = {
      {"--profile", "NAME", "Use this profile, as `prefect --profile NAME` does", &options.profile},
      {"--prefect-version", "V|auto", "Answer for this Prefect release; auto: the newest",
       &options.prefect_version},
      {"--cwd", "DIR", "Start in this directory", &options.working_directory},
      {"--home", "DIR", "Let ~ stand for this directory", &options.user_home},
  };
  all.flags = {
      {"--clean-env", "Start from an empty environment", &options.clean_environment},
      {"--show-secrets", "Show secrets instead of masking them", &options.show_secrets,
       "--hide-secrets"},
      {"-q,--quiet", "Do not print findings", &options.quiet},
      {"-v,--verbose", "Print findings that are only worth knowing too", &options.verbose},
  };
  return all;
}

void add_options(CLI::App& app, const Command& command) {
  for (const auto& flag : command.flags) {
    const auto names = flag.opposite.empty() ? flag.names : flag.names + ",!" + flag.opposite;
    app.add_flag(names, *flag.target, flag.help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  for (const auto& value : command.values) {
    auto* option = app.add_option(value.names, *value.target, value.help)
                       ->type_name(value.type_name)
                       ->required(value.required);
    if (!value.choices.empty()) option->check(CLI::IsMember(value.choices));
  }
}

// Where the explanations begin: within 80 columns in all.
constexpr std::size_t kCommandColumn = 12;
constexpr std::size_t kOptionColumn = 30;

std::string help_line(std::string names, const std::string& help,
                      std::size_t column = kOptionColumn) {
  std::replace(names.begin(), names.end(), ',', ' ');
  std::string line = "  " + names;
  line += line.size() + 2 <= column ? std::string(column - line.size(), ' ')
                                    : '\n' + std::string(column, ' ');
  return line + help + '\n';
}

std::string options_help(const Command& command) {
  std::string text;
  for (const auto& value : command.values) {
    const bool positional = value.names.front() != '-';
    text +=
        help_line(positional ? value.type_name : value.names + ' ' + value.type_name, value.help);
  }
  for (const auto& flag : command.flags) {
    text +=
        help_line(flag.opposite.empty() ? flag.names : flag.names + ',' + flag.opposite, flag.help);
  }
  return text;
}

std::string program_help(const std::vector<Command>& commands, const Command& global) {
  std::string text =
      "Every Prefect setting, where it was written, and which credentials are sent.\n\n"
      "Usage: prefect-config COMMAND [OPTIONS]\n\nCommands:\n";
  for (const auto& command : commands)
    text += help_line(command.name, command.help, kCommandColumn);
  return text + "\nOptions of every command:\n" + options_help(global) +
         help_line("-h,--help", "Print this help") + help_line("--version", "Print the version");
}

std::string command_help(const Command& command, const Command& global) {
  std::string usage = "Usage: prefect-config " + command.name + " [OPTIONS]";
  for (const auto& value : command.values) {
    if (value.names.front() != '-') usage += ' ' + value.type_name;
  }
  return command.help + "\n\n" + usage + "\n\nOptions:\n" + options_help(command) +
         "\nOptions of every command:\n" + options_help(global) +
         help_line("-h,--help", "Print this help");
}

// Every option name and command that could have been meant.
std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  const auto add_options = [&](const CLI::App& of) {
    for (const auto* option : of.get_options()) {
      for (const auto& name : option->get_lnames()) words.push_back("--" + name);
      for (const auto& name : option->get_fnames()) words.push_back("--" + name);
    }
  };
  add_options(app);
  for (const auto* command : app.get_subcommands(nullptr)) {
    words.push_back(command->get_name());
    add_options(*command);
  }
  return words;
}

std::string nearest_word(const CLI::App& app, const std::string& word) {
  std::string nearest;
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& known : known_words(app)) {
    const auto distance = edit_distance(word, known, limit);
    if (distance >= limit) continue;
    limit = distance;
    nearest = known;
  }
  return nearest;
}

// CLI11 names the argument it did not expect only inside its text; the words of the command line
// tell more.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, int argc,
                        const char* const* argv) {
  std::string text = "prefect-config: " + printable(error.what()) + '\n';
  const auto words = known_words(app);
  for (int i = 1; i < argc; ++i) {
    std::string word(argv[i]);
    word = word.substr(0, word.find('='));
    const bool could_be_ours = !word.empty() && (word[0] == '-' || i == 1);
    if (!could_be_ours || word.size() < 3 ||
        std::find(words.begin(), words.end(), word) != words.end())
      continue;
    if (const auto nearest = nearest_word(app, word); !nearest.empty()) {
      text += "  `" + printable(word) + "`: did you mean `" + nearest + "`?\n";
      break;
    }
  }
  const auto chosen = app.get_subcommands();
  return text + "next: prefect-config " + (chosen.empty() ? "" : chosen.front()->get_name() + ' ') +
         "--help\n";
}

std::string bad_version(const std::string& text) {
  std::string message = "prefect-config: --prefect-version " + printable(text) + ": ";
  if (text.substr(0, 2) == "2.") return message + "Prefect 2 is not known to this release\n";
  return message + "not a release (" + known_versions().front().text() + " to " +
         newest_version().text() + ", or auto)\n";
}

}  // namespace

Outcome run_program(int argc, const char* const* argv, bool out_is_terminal) {
  Context context;
  context.out_is_terminal = out_is_terminal;
  const auto global = global_options(context.options);
  const std::vector<Command> commands = {view_command(), why_command(), explain_command()};

  CLI::App app("", "prefect-config");
  app.set_version_flag("--version", "prefect-config " PREFECT_CONFIG_VERSION " (Prefect " +
                                        known_versions().front().text() + " to " +
                                        newest_version().text() + ')');
  app.require_subcommand(1);
  app.fallthrough();
  add_options(app, global);
  for (const auto& command : commands)
    add_options(*app.add_subcommand(command.name, command.help), command);
  const auto chosen = [&]() -> const Command* {
    const auto named = app.get_subcommands();
    if (named.empty()) return nullptr;
    return &*std::find_if(commands.begin(), commands.end(),
                          [&](const Command& c) { return c.name == named.front()->get_name(); });
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {chosen() ? command_help(*chosen(), global) : program_help(commands, global),
            {},
            status_fine};
  } catch (const CLI::CallForVersion& version) {
    return {std::string(version.what()) + '\n', {}, status_fine};
  } catch (const CLI::ParseError& error) {
    if (argc == 1) return {{}, program_help(commands, global), status_usage};
    return {{}, usage_error(app, error, argc, argv), status_usage};
  }
  context.options.profile_given = app.count("--profile") > 0;
  const auto& version = context.options.prefect_version;
  const auto parsed = Version::parse(version);
  if (version != "auto" && (!parsed || *parsed < known_versions().front()))
    return {{}, bad_version(version), status_usage};
  const auto& folder = context.options.working_directory;
  if (!folder.empty() && ::access(folder.c_str(), X_OK) != 0)
    return {{}, "prefect-config: " + printable(folder) + ": no such directory\n", status_usage};
  return chosen()->run(context);
}

}  // namespace prefect_config::tool
