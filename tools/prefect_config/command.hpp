// One command as data: its name, its options, what runs. app.cpp turns it into a command line.
//
// What it is not: tied to the library that reads command lines. Only app.cpp includes that, because
// its header is slow to compile; and help, completion and man pages can come from the same data.
//
// To add a command: a file pair with `Command NAME_command()`, and its line in app.cpp.
#pragma once

#include <prefect_config/inspect.hpp>
#include <prefect_config/report.hpp>
#include <prefect_config/request.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace prefect_config::tool {

/// Exit statuses of every command.
enum Status : int {
  status_fine = 0,
  status_negative = 1,  ///< Prefect would refuse these settings; findings at or above the limit
  status_usage = 2,
  status_failed = 3,  ///< we could not do our own job
};

/// What a status means, for help, manual pages and documents.
struct StatusMeaning {
  Status status;
  const char* meaning;
};
constexpr StatusMeaning kStatusMeanings[] = {
    {status_fine, "Fine. view, why and explain can have findings all the same: Prefect starts with "
                  "these settings."},
    {status_negative,
     "Prefect would not start with these settings; lint or doctor found something as severe as "
     "--fail-on says, or lint --diff something to change; diff found a difference; set, unset or "
     "profile refused, and the file is as it was; env left a value out; rules --search found "
     "nothing."},
    {status_usage, "The command line was not understood."},
    {status_failed, "Something that was asked for could not be read or written."},
};

/// What the program is, in one line.
constexpr char kAbout[] =
    "Every Prefect setting, where it was written, and which credentials are sent.";

/// What a command prints and how it ends. Printing is main's.
struct Outcome {
  std::string out;
  std::string err;
  int status = status_fine;
};

/// `prefect-config: TEXT` on stderr, with secrets in it masked, and a status.
Outcome failed_with(int status, const std::string& text);

/// Options that every command has.
struct GlobalOptions {
  std::string profile;
  bool profile_given = false;
  std::string prefect_version = "auto";
  std::string prefect_version_to;  ///< the second one of a range, `3.4.0..3.8.8`; else empty
  std::string venv;
  std::string working_directory;
  std::string user_home;
  std::string command;
  bool command_given = false;
  std::string env_file;
  std::string pid;
  std::string from;
  bool clean_environment = false;
  bool show_secrets = false;
  bool quiet = false;
  bool verbose = false;
};

/// What a command gets to work with.
struct Context {
  GlobalOptions options;
  Launch launch = {};  ///< what the options describe
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  char* const* arguments = nullptr;  ///< of the process, as main has them

  Disclosure secrets() const {
    return options.show_secrets ? Disclosure::shown : Disclosure::masked;
  }
};

/// Sets a bool; the last one on the command line counts.
struct Flag {
  std::string names;  ///< `--name`, or `-n,--name`
  std::string help;
  bool* target;
  std::string opposite = {};  ///< `--no-name`, where there is one
};

/// What the words of an option or argument are, for a shell that completes them.
enum class WordKind : std::uint8_t {
  text,  ///< anything, or one of its choices
  profile,
  setting,
  assignment,       ///< `SETTING=value`
  profile_setting,  ///< what the profile in force sets
  release,
  folder,
  program,  ///< a command line of its own begins here
  profile_or_file,
  file,
  rule,
};

/// `--name VALUE`, or a positional argument where `names` has no dash.
struct ValueOption {
  std::string names;
  std::string type_name;
  std::string help;
  std::string* target;
  std::vector<std::string> choices = {};
  bool required = false;
  /// Where it takes several words: they go here, and not to `target`.
  std::vector<std::string>* list = nullptr;
  WordKind completes = WordKind::text;
  bool* given = nullptr;  ///< where an empty one is not the same as none
  /// `CHOICE=FILE` is one too (outputs.hpp).
  bool choices_take_files = false;
};

struct Command {
  std::string name;
  std::string help;
  std::vector<Flag> flags = {};
  std::vector<ValueOption> values = {};
  std::function<Outcome(const Context&)> run = {};
  /// What the next argument is, where that depends on those before it.
  std::function<WordKind(const std::vector<std::string>& arguments)> kind_of_argument = {};
  bool takes_releases = false;  ///< `--prefect-version 3.4.0..3.8.8`
  bool is_hidden = false;       ///< for programs; in no list of commands
  /// Its arguments begin behind `--`: else options of the command that it runs would be ours.
  bool needs_dashes = false;
};

/// Flags that the parser of the command line has by itself.
struct OwnFlag {
  const char* names;
  const char* help;
};
constexpr OwnFlag kHelpFlag = {"-h,--help", "Print this help"};
constexpr OwnFlag kVersionFlag = {"--version", "Print the version"};

/// An argument has no dash.
inline bool is_argument(const ValueOption& value) { return value.names.front() != '-'; }

/// `prefect-config lint [OPTIONS] PATH...`
std::string usage_of(const Command& command);

/// `-o,--output` as its names.
std::vector<std::string> names_of(const std::string& names);

/// The options of every command, as data like a command's own.
Command global_options(GlobalOptions& options);

/// The words of `--surface`.
std::vector<std::string> surface_names();

/// Which launch the global options ask for.
LaunchRequest request_of(const GlobalOptions& options);

/// The launch that the global options describe.
std::variant<Launch, LaunchProblem> launch_of(const GlobalOptions& options);

Inspection inspect_launch(const Context& context);

/// Long sentences are broken for eyes only.
constexpr Lines lines_for(bool is_terminal) { return is_terminal ? Lines::wrapped : Lines::whole; }

/// The columns that texts on stdout are written for: the terminal's, as far as lines of them can be
/// read, else 80.
std::size_t line_width(const Context& context);

/// What the connections would send. Where secrets are not asked for, they are hidden in names too.
AuthPlans plans_of(const GlobalOptions& options, const Inspection& inspection);

/// Appends findings, and what of the launch was not followed, to `err` as far as -q and -v let
/// them.
void report_findings(const Context& context, const Inspection& inspection,
                     const std::vector<Finding>& findings, Outcome& outcome);

/// The status of an inspection by itself: 3 where something could not be read, 1 where Prefect
/// refuses.
int status_of(const Inspection& inspection);

}  // namespace prefect_config::tool
