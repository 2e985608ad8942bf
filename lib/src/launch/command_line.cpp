#include "launch/command_line.hpp"

#include <prefect_config/registry.hpp>

#include "launch/installed_prefect.hpp"
#include "launch/shell_words.hpp"
#include "launch/user_home.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace prefect_config {
namespace {

// ---------------------------------------------------------------------------------------------
// Prefect's own options

/// How releases read the options of the `prefect` command itself.
/// (Measured: 3.4.19 and 3.8.8; the change of library is in the packages of 3.6.19 and 3.6.20.)
struct Dialect {
  VersionRange versions;
  /// cyclopts: `--profile` counts anywhere before `--`, `-p` only before the command and as a word
  /// of its own, none may begin with a dash or stand twice. Else typer: all of them only before the
  /// command, `-pNAME` too, and the last one counts.
  bool anywhere;
};

constexpr Dialect kDialects[] = {
    {{{0, 0, 0}, {3, 6, 19}}, false},
    {{{3, 6, 20}, {UINT16_MAX, UINT16_MAX, UINT16_MAX}}, true},
};

using Arguments = std::vector<std::string>;

/// The name asked for (the empty one asks for nothing), or why the release refuses.
struct Asked {
  std::optional<std::string> name = {};
  std::string problem = {};
};

Asked no_argument() { return {{}, "`--profile` needs a name"}; }

constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool consists_of(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return kLettersAndDigits.find(c) != std::string_view::npos ||
           more.find(c) != std::string_view::npos;
  });
}

// An option as a problem may name it. Never with a value, which could be secret: only up to its
// `=`, of short ones the first, and none that is no name.
std::string named_option(std::string_view word) {
  const bool is_short = !starts_with(word, "--");
  const auto name = is_short ? std::string(word.substr(0, 2)) : assigned_name(word);
  return consists_of(name, "-_") ? '`' + name + '`' : "an option";
}

std::string unknown_option(std::string_view word) {
  return named_option(word) + " is no option of `prefect` before its command";
}

template <std::size_t Count>
bool is_any_of(std::string_view word, const std::string_view (&words)[Count]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_typer_flag(const std::string& word) {
  constexpr std::string_view kFlags[] = {"--prompt", "--no-prompt",          "--version",
                                         "--help",   "--install-completion", "--show-completion"};
  return is_any_of(word, kFlags);
}

// A word of short options: `-p`, `-pNAME`, `-vp`. True where the name is the next word.
bool read_short_options(const std::string& word, Asked& asked) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (word[i] == 'v') continue;
    if (word[i] != 'p') {
      asked.problem = unknown_option(std::string{'-', word[i]});
      return false;
    }
    asked.name = word.substr(i + 1);
    return i + 1 == word.size();
  }
  return false;
}

Asked ask_typer(const Arguments& arguments) {
  Asked asked;
  for (std::size_t i = 0; i < arguments.size() && asked.problem.empty(); ++i) {
    const auto& word = arguments[i];
    if (word.size() < 2 || word.front() != '-' || word == "--") return asked;
    bool wants_name = false;
    if (word[1] != '-') {
      wants_name = read_short_options(word, asked);
    } else if (word == "--profile") {
      wants_name = true;
    } else if (starts_with(word, "--profile=")) {
      asked.name = word.substr(word.find('=') + 1);
    } else if (!is_typer_flag(word)) {
      asked.problem = unknown_option(word);
    }
    if (!wants_name) continue;
    if (++i == arguments.size()) return no_argument();
    asked.name = arguments[i];
  }
  return asked;
}

bool is_cyclopts_flag(const std::string& word) {
  constexpr std::string_view kFlags[] = {"--prompt", "--no-prompt", "--version", "-v", "--help"};
  return is_any_of(assigned_name(word), kFlags);
}

Asked ask_cyclopts(const Arguments& arguments) {
  Asked asked;
  bool before_command = true;
  bool has_command = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (word == "--") break;
    // Behind its name a second one is taken for the command.
    if (word == "-p" && !before_command && !has_command) return {{}, "`-p` is given twice"};
    // So is any other option that it does not know.
    if (!has_command && starts_with(word, "-") && word != "-p" && word != "--profile" &&
        !starts_with(word, "--profile=") && !is_cyclopts_flag(word))
      return {{}, unknown_option(word)};
    const bool joined = starts_with(word, "--profile=");
    const bool is_profile = joined || word == "--profile" || (before_command && word == "-p");
    if (!starts_with(word, "-")) {
      before_command = false;
      has_command = true;
    }
    if (!is_profile) continue;
    if (asked.name) return {{}, "`--profile` is given twice"};
    if (joined) {
      asked.name = word.substr(word.find('=') + 1);
      continue;
    }
    if (++i == arguments.size() || starts_with(arguments[i], "-")) return no_argument();
    asked.name = arguments[i];
    before_command = false;
  }
  return asked;
}

// ---------------------------------------------------------------------------------------------
// What stands in front of Prefect

/// Where a program looks for the `prefect` that it starts.
enum class Environment : std::uint8_t {
  same,     ///< on the PATH
  project,  ///< first in the project's virtual environment, the nearest .venv upwards
  own,      ///< in an environment that only it knows
};

/// A program that starts the command behind it.
struct Wrapper {
  std::string_view name;
  std::string_view command;       ///< the word that makes it one, such as `run`; or none
  std::string_view with_value;    ///< its options that take the next word
  std::string_view directory;     ///< those of them that name the directory to start in
  std::string_view not_followed;  ///< options that start something else
  std::size_t operands = 0;       ///< words of its own before the command
  std::string_view note = {};     ///< what it does besides
  Environment environment = Environment::same;
};

constexpr Wrapper kWrappers[] = {
    {"command", "", "", "", "-v -V"},
    {"conda", "run", "-n --name -p --prefix --cwd", "--cwd", "", 0, {}, Environment::own},
    {"dumb-init", "", "-r --rewrite", "", ""},
    {"exec", "", "-a", "", ""},
    {"hatch", "run", "-e --env", "", "", 0, {}, Environment::own},
    {"nice", "", "-n --adjustment", "", ""},
    {"nohup", "", "", "", ""},
    {"pdm", "run", "-p --project", "", "-s --site-packages", 0, {}, Environment::project},
    {"pipenv", "run", "--python", "", "", 0,
     "`pipenv run` adds the variables of .env to the environment; that is not followed",
     Environment::project},
    {"poetry",
     "run",
     "-C --directory -P --project",
     "-C --directory",
     "",
     0,
     {},
     Environment::project},
    {"setsid", "", "", "", ""},
    {"time", "", "-f --format -o --output", "", ""},
    {"timeout", "", "-k --kill-after -s --signal", "", "", 1},
    {"tini", "", "-p -e", "", ""},
    {"uv",
     "run",
     "--with --with-editable --with-requirements --python -p --extra --no-extra --group --no-group "
     "--only-group --package --project --index --default-index --index-url -i --extra-index-url "
     "--find-links -f --config-file --cache-dir --color --directory",
     "--directory",
     "-m --module -s --script --env-file",
     0,
     {},
     Environment::project},
    {"uvx",
     "",
     "--from --with --python -p --index --default-index --directory",
     "--directory",
     "--env-file",
     0,
     {},
     Environment::own},
};

bool is_in(std::string_view word, std::string_view list) {
  while (!list.empty()) {
    const auto first = list.substr(0, list.find(' '));
    if (first == word) return true;
    list.remove_prefix(std::min(list.size(), first.size() + 1));
  }
  return false;
}

bool is_python(std::string_view program) {
  return starts_with(program, "python") &&
         program.find_first_not_of("0123456789.", 6) == std::string_view::npos;
}

/// Follows one command line from its first word to Prefect.
class Follower {
 public:
  Follower(Launch launch, const ShellWords& words)
      : launch_(std::move(launch)), words_(words.words), ended_by_(words.ended_by) {}

  std::variant<Launch, CommandLineProblem> run() {
    while (has_word() && word().assigns) assign(take());
    while (problem_.empty() && follow_wrapper()) {
    }
    if (problem_.empty()) follow_program();
    if (problem_.empty() && launch_.version_is_detected) detect_version();
    if (problem_.empty()) problem_ = read_profile_options(call_, launch_);
    if (!problem_.empty()) return CommandLineProblem{std::move(problem_)};
    if (!ended_by_.empty())
      launch_.notes.emplace_back("only the command before `" + ended_by_ + "` is looked at");
    return std::move(launch_);
  }

 private:
  bool has_word() const { return next_ < words_.size(); }
  const ShellWord& word() const { return words_[next_]; }
  const ShellWord& take() { return words_[next_++]; }
  bool is_option() const {
    return has_word() && word().text.size() > 1 && word().text.front() == '-';
  }

  // The word that was taken last, by its place: what it says may be secret.
  std::string this_word() const { return "word " + std::to_string(next_); }

  void note_expansion(const ShellWord& word, const std::string& what) {
    if (word.expands)
      launch_.notes.push_back(what + " is taken as it is written: no shell expands it here");
  }

  void assign(const ShellWord& word) {
    const auto name = assigned_name(word.text);
    note_expansion(word, is_variable_name(name) ? '`' + name + '`' : this_word());
    const auto value = word.text.substr(name.size() + 1);
    auto& variables = launch_.environment;
    const auto same = std::find_if(variables.begin(), variables.end(),
                                   [&](const EnvironmentVariable& v) { return v.name == name; });
    if (same == variables.end()) {
      variables.push_back({name, value});
    } else {
      same->value = value;
    }
    if (name == "HOME") launch_.user_home = home_directory(value);
  }

  void unset(const std::string& name) {
    if (name == "HOME") forget_home();
    auto& variables = launch_.environment;
    variables.erase(std::remove_if(variables.begin(), variables.end(),
                                   [&](const EnvironmentVariable& v) { return v.name == name; }),
                    variables.end());
  }

  // Where there is no HOME to take away, `~` stays what it is: what --clean-env or --home said.
  void forget_home() {
    if (launch_.variable("HOME")) launch_.user_home = account_home(*launch_.files);
  }

  void start_in(const std::string& directory) {
    const auto path = launch_.absolute(directory);
    if (!launch_.files->exists(path) || launch_.files->is_file(path))
      problem_ = "the directory it starts in does not exist";
    launch_.working_directory = path;
  }

  // The value of an option that was taken: behind its `=`, or the next word.
  std::string value_of(const std::string& option) {
    const auto equals = option.find('=');
    if (equals != std::string::npos) return option.substr(equals + 1);
    if (has_word()) return take().text;
    problem_ = '`' + option + "` needs a value";
    return {};
  }

  bool follow_wrapper() {
    if (!has_word()) return false;
    const std::string name(last_part(word().text));
    if (name == "env") {
      ++next_;
      follow_env();
      return true;
    }
    const auto* wrapper = std::find_if(std::begin(kWrappers), std::end(kWrappers),
                                       [&](const Wrapper& w) { return w.name == name; });
    if (wrapper == std::end(kWrappers)) return false;
    ++next_;
    skip_options(*wrapper);
    if (!wrapper->command.empty()) {
      if (!has_word() || word().text != wrapper->command) {
        problem_ = '`' + name + "` starts Prefect only as `" + name + ' ' +
                   std::string(wrapper->command) + '`';
        return false;
      }
      ++next_;
      skip_options(*wrapper);
    }
    next_ = std::min(words_.size(), next_ + wrapper->operands);
    if (!wrapper->note.empty()) launch_.notes.emplace_back(wrapper->note);
    if (wrapper->environment != Environment::same) {
      environment_ = wrapper->environment;
      wrapper_ = std::string(wrapper->name) + (wrapper->command.empty() ? "" : " ") +
                 std::string(wrapper->command);
    }
    return true;
  }

  void skip_options(const Wrapper& wrapper) {
    while (problem_.empty() && is_option()) {
      const auto option = take().text;
      if (option == "--") return;
      const auto name = assigned_name(option);
      if (is_in(name, wrapper.not_followed)) {
        problem_ = '`' + std::string(wrapper.name) + "` with `" + name + "` is not followed";
      } else if (is_in(name, wrapper.with_value)) {
        const auto value = value_of(option);
        if (problem_.empty() && is_in(name, wrapper.directory)) start_in(value);
      }
    }
  }

  void follow_env() {
    while (problem_.empty() && has_word()) {
      const auto& text = word().text;
      if (text == "-" || text == "-i" || text == "--ignore-environment") {
        forget_home();
        launch_.environment.clear();
      } else if (text == "--") {
        ++next_;
        break;
      } else if (text.size() < 2 || text.front() != '-') {
        break;
      } else {
        follow_env_option();
        continue;
      }
      ++next_;
    }
    while (has_word() && word().text.find('=') != std::string::npos) assign(take());
  }

  void follow_env_option() {
    const auto option = take().text;
    const auto name = assigned_name(option);
    const bool is_short = option[1] != '-';
    // `-uNAME`: the value stands in the same word.
    const auto value = [&] {
      return is_short && option.size() > 2 ? option.substr(2) : value_of(option);
    };
    if (starts_with(option, "-u") || name == "--unset") {
      unset(value());
    } else if (starts_with(option, "-C") || name == "--chdir") {
      if (const auto directory = value(); problem_.empty()) start_in(directory);
    } else {
      problem_ = "`env` with " + named_option(option) + " is not followed";
    }
  }

  void follow_program() {
    if (!has_word()) {
      problem_ = "there is no command in it";
      return;
    }
    const auto program = take().text;
    program_ = program;
    const auto name = last_part(program);
    if (name == "prefect") {
      // The shell finds it on the PATH, so that it always has a folder.
      call_.is_script = true;
      take_arguments();
    } else if (is_python(name)) {
      follow_python();
    } else {
      problem_ = (may_be_named(name) ? '`' + std::string(name) + '`' : this_word() + " of it") +
                 " is not `prefect`, `python` or a program known here that starts them";
    }
  }

  // Behind other words it may be a value that was torn off (`KEY= value`). A program's name can
  // have an underscore, but so has every key of Prefect Cloud.
  bool may_be_named(std::string_view program) const {
    return next_ == 1 && consists_of(program, ".-");
  }

  // The release of the Prefect that these words start: of the script or the Python that they name,
  // of the project's environment, else by the PATH that they leave.
  void detect_version() {
    const auto search = find_prefect();
    launch_.prefect_version = search.found ? search.found->version : newest_version();
    launch_.version_reason = search.reason;
    if (environment_ == Environment::own)
      launch_.notes.emplace_back("`" + wrapper_ +
                                 "` starts the Prefect of an environment that is not looked for; "
                                 "say its release with --prefect-version");
  }

  PrefectSearch find_prefect() const {
    const bool is_path = program_.find('/') != std::string::npos;
    if (is_path && call_.is_script) return find_prefect_of_script(launch_, program_);
    if (is_path) return find_prefect_of_python(launch_, program_);
    if (const auto venv = project_environment(); !venv.empty())
      return find_installed_prefect(launch_, venv);
    return call_.is_script ? find_installed_prefect(launch_, {})
                           : find_prefect_of_python(launch_, program_);
  }

  // What `uv run` and its like start from: the .venv of the nearest folder upwards that has one,
  // else the environment that is active.
  std::string project_environment() const {
    if (environment_ != Environment::project) return {};
    for (auto folder = launch_.working_directory; !folder.empty();
         folder = folder.substr(0, folder.rfind('/'))) {
      if (launch_.files->is_file(folder + "/.venv/pyvenv.cfg")) return folder + "/.venv";
    }
    const auto* active = launch_.non_empty("VIRTUAL_ENV");
    return active ? *active : std::string();
  }

  void follow_python() {
    while (is_option()) {
      const auto option = take().text;
      const auto decisive = option[1] == '-' ? std::string::npos : option.find_first_of("mcWX");
      if (decisive == std::string::npos) continue;
      const auto joined = option.substr(decisive + 1);
      if (option[decisive] == 'c') return;
      const auto value = !joined.empty() ? joined : has_word() ? take().text : std::string();
      if (option[decisive] != 'm') continue;
      if (value == "prefect") take_arguments();
      return;
    }
    if (!has_word()) return;
    const auto& script = take().text;
    call_.is_script = ends_with(script, "/prefect");
    if (last_part(script) == "prefect") take_arguments();
  }

  void take_arguments() {
    while (has_word()) {
      const auto& argument = take();
      note_expansion(argument, this_word());
      call_.arguments.push_back(argument.text);
    }
  }

  Launch launch_;
  const std::vector<ShellWord>& words_;
  std::string ended_by_;
  std::size_t next_ = 0;
  PrefectCall call_;
  std::string program_;  ///< as it is written
  Environment environment_ = Environment::same;
  std::string wrapper_;  ///< `uv run`: who decides the environment
  std::string problem_;
};

}  // namespace

std::string read_profile_options(const PrefectCall& call, Launch& launch) {
  const auto* dialect =
      std::find_if(std::begin(kDialects), std::end(kDialects), [&](const Dialect& row) {
        return row.versions.contains(launch.prefect_version);
      });
  // Both parts of Prefect look at the first two words for themselves, before any option is read.
  const auto& arguments = call.arguments;
  if (call.is_script && arguments.size() >= 2 && arguments[0] == "--profile")
    launch.profile = arguments[1];
  auto asked = dialect->anywhere ? ask_cyclopts(arguments) : ask_typer(arguments);
  if (!asked.problem.empty())
    return "Prefect " + launch.prefect_version.text() + " refuses it: " + asked.problem;
  // An empty name asks for nothing.
  if (asked.name && !asked.name->empty() && asked.name != launch.profile)
    launch.override_profile = std::move(*asked.name);
  return {};
}

std::variant<Launch, CommandLineProblem> launch_of_command(Launch here, std::string_view command) {
  const auto split = split_shell_words(command, here.user_home);
  if (const auto* problem = std::get_if<std::string>(&split)) return CommandLineProblem{*problem};
  return Follower(std::move(here), std::get<ShellWords>(split)).run();
}

}  // namespace prefect_config
