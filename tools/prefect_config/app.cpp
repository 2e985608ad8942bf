#include "app.hpp"

#include <algorithm>
#include <vector>

#include <CLI/CLI.hpp>

#include "explain.hpp"
#include "view.hpp"
#include "why.hpp"

#include "support/edit_distance.hpp"

namespace prefect_config::tool {
namespace {

void add_flag(CLI::App& app, const Flag& flag, const std::string& group = "Options") {
  app.add_flag(flag.names, *flag.target, flag.help)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->group(group);
}

void add_command(CLI::App& app, const Command& command, const Command*& chosen) {
  auto* added = app.add_subcommand(command.name, command.help);
  for (const auto& flag : command.flags) add_flag(*added, flag);
  for (const auto& value : command.values) {
    auto* option = added->add_option(value.names, *value.target, value.help)->type_name(value.type_name)->required(value.required);
    if (!value.choices.empty()) option->check(CLI::IsMember(value.choices));
  }
  added->callback([&command, &chosen] { chosen = &command; });
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  const std::string launch = "Which launch";
  app.add_option("--profile", options.profile, "Use this profile, as `prefect --profile NAME` does")
      ->type_name("NAME")
      ->group(launch)
      ->each([&options](const std::string&) { options.profile_given = true; });
  app.add_option("--prefect-version", options.prefect_version, "Answer for this Prefect release (auto: the newest known)")
      ->type_name("V|auto")
      ->group(launch);
  app.add_option("--cwd", options.working_directory, "Start in this directory")->type_name("DIR")->group(launch);
  app.add_option("--home", options.user_home, "Let ~ stand for this directory")->type_name("DIR")->group(launch);
  app.add_flag("--clean-env", options.clean_environment, "Start from an empty environment")->group(launch);
  const std::string output = "Output";
  add_flag(app, {"--show-secrets,!--hide-secrets", "Show secrets instead of masking them", &options.show_secrets}, output);
  add_flag(app, {"-q,--quiet", "Do not print findings", &options.quiet}, output);
  add_flag(app, {"-v,--verbose", "Print findings that are only worth knowing too", &options.verbose}, output);
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

// CLI11 names the argument it did not expect only inside its text; the words of the command line tell more.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  std::string text = "prefect-config: " + printable(error.what()) + '\n';
  const auto words = known_words(app);
  for (int i = 1; i < argc; ++i) {
    std::string word(argv[i]);
    word = word.substr(0, word.find('='));
    const bool could_be_ours = !word.empty() && (word[0] == '-' || i == 1);
    if (!could_be_ours || word.size() < 3 || std::find(words.begin(), words.end(), word) != words.end()) continue;
    if (const auto nearest = nearest_word(app, word); !nearest.empty()) {
      text += "  `" + printable(word) + "`: did you mean `" + nearest + "`?\n";
      break;
    }
  }
  const auto chosen = app.get_subcommands();
  return text + "next: prefect-config " + (chosen.empty() ? "" : chosen.front()->get_name() + ' ') + "--help\n";
}

std::string bad_version(const std::string& text) {
  std::string message = "prefect-config: --prefect-version " + printable(text) + ": ";
  if (text.substr(0, 2) == "2.") return message + "Prefect 2 is not known to this release\n";
  return message + "not a release (" + known_versions().front().text() + " to " + newest_version().text() + ", or auto)\n";
}

}  // namespace

Outcome run_program(int argc, const char* const* argv, bool out_is_terminal) {
  CLI::App app("What every Prefect setting is, where it was written, and which credentials are sent.", "prefect-config");
  Context context;
  context.out_is_terminal = out_is_terminal;
  app.set_version_flag("--version", std::string("prefect-config " PREFECT_CONFIG_VERSION " (Prefect ") + known_versions().front().text() +
                                        " to " + newest_version().text() + ')');
  app.require_subcommand(1);
  app.fallthrough();
  add_global_options(app, context.options);
  const std::vector<Command> commands = {view_command(), why_command(), explain_command()};
  const Command* chosen_command = nullptr;
  for (const auto& command : commands) add_command(app, command, chosen_command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return {chosen.empty() ? app.help() : chosen.front()->help(), {}, kFine};
  } catch (const CLI::CallForVersion& version) {
    return {std::string(version.what()) + '\n', {}, kFine};
  } catch (const CLI::ParseError& error) {
    if (argc == 1) return {{}, app.help(), kUsage};
    return {{}, usage_error(app, error, argc, argv), kUsage};
  }
  const auto& version = context.options.prefect_version;
  const auto parsed = Version::parse(version);
  if (version != "auto" && (!parsed || *parsed < known_versions().front())) return {{}, bad_version(version), kUsage};
  return chosen_command->run(context);
}

}  // namespace prefect_config::tool
