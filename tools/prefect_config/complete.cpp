#include "complete.hpp"

#include "profile_list.hpp"
#include "secret_input.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace prefect_config::tool {
namespace {

/// The line as far as it is typed.
struct Line {
  const Command* command = nullptr;
  std::vector<std::string> arguments;    ///< of the command, before the last word
  const ValueOption* pending = nullptr;  ///< the option whose value the last word is
  std::string before;                    ///< `--option=` where the last word begins so
  std::string word;                      ///< what is completed
  std::vector<std::string> flags;
  bool is_after_dashes = false;
  bool is_unknown = false;  ///< what stands there is no command

  bool has_flag(std::string_view name) const {
    return std::find(flags.begin(), flags.end(), name) != flags.end();
  }
};

struct Answer {
  std::string kind = "words";
  std::string lines = {};

  void add(std::string_view word, std::string_view help) {
    // A word of several lines cannot be told to a shell; nobody types one.
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (std::any_of(word.begin(), word.end(), is_control)) return;
    lines += std::string(word) + (help.empty() ? "" : "\t") + std::string(help) + '\n';
  }
};

const ValueOption* find_option(const Command& command, const std::string& name) {
  const auto found =
      std::find_if(command.values.begin(), command.values.end(), [&](const ValueOption& value) {
        const auto names = names_of(value.names);
        return name.front() == '-' && std::find(names.begin(), names.end(), name) != names.end();
      });
  return found == command.values.end() ? nullptr : &*found;
}

// The argument at a place; the last one takes all that follow where it is a list.
const ValueOption* find_argument(const Command& command, std::size_t place) {
  const ValueOption* last = nullptr;
  for (const auto& value : command.values) {
    if (value.names.front() == '-') continue;
    last = &value;
    if (place-- == 0) return last;
  }
  return last && last->list ? last : nullptr;
}

class Completer {
 public:
  Completer(const std::vector<Command>& commands, const std::vector<std::string>& words)
      : commands_(commands), global_(global_options(options_)) {
    read(words);
  }

  Answer answer() const {
    Answer answer;
    if (line_.is_unknown) return answer;
    if (line_.pending) {
      add_words(*line_.pending, answer, line_.pending->completes);
    } else if (!line_.is_after_dashes && !line_.word.empty() && line_.word.front() == '-') {
      add_options(global_, answer);
      if (line_.command) add_options(*line_.command, answer);
      for (const auto& name : names_of(kHelpFlag.names)) add(name, kHelpFlag.help, answer);
    } else if (!line_.command) {
      for (const auto& command : commands_) add(command.name, command.help, answer);
    } else if (const auto* argument = find_argument(*line_.command, line_.arguments.size())) {
      const auto& kind_of = line_.command->kind_of_argument;
      add_words(*argument, answer, kind_of ? kind_of(line_.arguments) : argument->completes);
    }
    return answer;
  }

 private:
  void read(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const auto& word = words[i];
      const bool can_be_option = !line_.is_after_dashes;
      if (line_.pending) {
        take(*std::exchange(line_.pending, nullptr), word);
      } else if (can_be_option && word == "--") {
        line_.is_after_dashes = true;
      } else if (can_be_option && !word.empty() && word.front() == '-') {
        const auto equals = word.find('=');
        const auto* option = option_named(word.substr(0, equals));
        if (!option) line_.flags.push_back(word);
        if (option && equals == std::string::npos) line_.pending = option;
        if (option && equals != std::string::npos) take(*option, word.substr(equals + 1));
      } else if (can_be_option && !line_.command) {
        const auto found = std::find_if(commands_.begin(), commands_.end(),
                                        [&](const Command& c) { return c.name == word; });
        line_.is_unknown = found == commands_.end();
        if (line_.is_unknown) return;
        line_.command = &*found;
      } else {
        line_.arguments.push_back(word);
      }
    }
    if (!words.empty()) line_.word = words.back();
    const auto equals = line_.word.find('=');
    if (line_.pending || line_.is_after_dashes || line_.word.empty() || line_.word.front() != '-' ||
        equals == std::string::npos)
      return;
    line_.pending = option_named(line_.word.substr(0, equals));
    if (!line_.pending) return;
    line_.before = line_.word.substr(0, equals + 1);
    line_.word.erase(0, equals + 1);
  }

  const ValueOption* option_named(const std::string& name) const {
    const auto* option = find_option(global_, name);
    return option || !line_.command ? option : find_option(*line_.command, name);
  }

  // Where the line says which launch it is about, its profiles are those that are offered.
  void take(const ValueOption& option, const std::string& value) {
    const bool is_global = find_option(global_, names_of(option.names).front()) == &option;
    if (!is_global) return;
    *option.target = value;
    if (option.target == &options_.profile) options_.profile_given = true;
  }

  void add(std::string_view word, std::string_view help, Answer& answer) const {
    if (starts_with(word, line_.word)) answer.add(line_.before + std::string(word), help);
  }

  void add_options(const Command& command, Answer& answer) const {
    for (const auto& value : command.values) {
      if (value.names.front() != '-') continue;
      for (const auto& name : names_of(value.names)) add(name, value.help, answer);
    }
    for (const auto& flag : command.flags) {
      for (const auto& name : names_of(flag.names)) add(name, flag.help, answer);
      if (!flag.opposite.empty()) add(flag.opposite, "The opposite", answer);
    }
  }

  void add_words(const ValueOption& value, Answer& answer, WordKind kind) const {
    for (const auto& choice : value.choices) add(choice, "", answer);
    switch (kind) {
    case WordKind::text:
      return;
    case WordKind::profile:
      return add_profiles(answer);
    case WordKind::setting:
      return add_settings(answer);
    case WordKind::assignment:
      return add_assignments(answer);
    case WordKind::profile_setting:
      return add_profile_settings(answer);
    case WordKind::release:
      return add_releases(answer);
    case WordKind::folder:
      answer.kind = "folders";
      return;
    case WordKind::program:
      answer.kind = "command-line";
      return;
    case WordKind::file:
      answer.kind = "files";
      return;
    case WordKind::rule:
      return add_rules(answer);
    case WordKind::profile_or_file:
      answer.kind = "files";
      return add_profiles(answer);
    }
  }

  std::optional<Inspection> inspection() const {
    auto launch = launch_of(options_);
    if (std::holds_alternative<LaunchProblem>(launch)) return std::nullopt;
    return inspect(std::get<Launch>(std::move(launch)));
  }

  void add_profiles(Answer& answer) const {
    const auto inspected = inspection();
    if (!inspected) return;
    for (const auto& name : profile_names(*inspected)) add(name, "", answer);
  }

  // A setting is offered by its path where a path is begun, else by its name.
  bool is_path() const {
    return !line_.word.empty() && ascii_lower(line_.word.front()) == line_.word.front();
  }

  void add_settings(Answer& answer) const {
    const Registry registry(release());
    for (const auto* setting : registry.settings())
      add(is_path() ? setting->path : setting->name, is_path() ? setting->name : setting->path,
          answer);
  }

  // A code is offered in the case that it is begun in.
  void add_rules(Answer& answer) const {
    const bool is_lower = !line_.word.empty() && starts_with("pc", line_.word.substr(0, 2));
    for (const auto& rule : rules())
      add(is_lower ? lower(rule.code) : std::string(rule.code), rule.title, answer);
  }

  // With --stdin and --prompt a name alone.
  void add_assignments(Answer& answer) const {
    if (line_.has_flag("--stdin") || line_.has_flag("--prompt")) return add_settings(answer);
    answer.kind = "assignments";
    if (line_.word.find('=') != std::string::npos) return;
    const Registry registry(release());
    for (const auto* setting : registry.settings())
      add(std::string(is_path() ? setting->path : setting->name) + '=',
          is_path() ? setting->name : setting->path, answer);
  }

  void add_profile_settings(Answer& answer) const {
    const auto inspected = inspection();
    if (!inspected || !inspected->layers.profiles_file) return;
    const auto* profile =
        inspected->layers.profiles_file->find(inspected->command_line.selection.name);
    if (!profile) return;
    for (const auto& entry : profile->entries) add(entry.key, "", answer);
  }

  void add_releases(Answer& answer) const {
    add("auto", "", answer);
    for (const auto& version : known_versions()) add(version.text(), "", answer);
  }

  Version release() const {
    const auto launch = launch_of(options_);
    const auto* found = std::get_if<Launch>(&launch);
    return found ? found->prefect_version : known_versions().back();
  }

  const std::vector<Command>& commands_;
  GlobalOptions options_;
  Command global_;
  Line line_;
};

}  // namespace

Command complete_command(const std::vector<Command>& commands) {
  Command command;
  command.name = "complete";
  command.help = "Candidates for the command line on standard input: for shell-init";
  command.is_hidden = true;
  command.run = [&commands](const Context&) -> Outcome {
    const auto input = read_from_stdin();
    if (const auto* problem = std::get_if<Outcome>(&input)) return *problem;
    auto answer = Completer(commands, split_at_nul(std::get<std::string>(input))).answer();
    return {answer.kind + '\n' + answer.lines, {}, status_fine};
  };
  return command;
}

}  // namespace prefect_config::tool
