#include "set.hpp"

#include "edited_files.hpp"
#include "profile_store.hpp"
#include "secret_input.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::vector<std::string> words;
  bool from_stdin = false;
  bool prompt = false;
};

struct NewValue {
  const Setting* setting = nullptr;
  std::string value;
};

Outcome usage(const std::string& text) { return failed_with(status_usage, text); }

// A word that is no setting can be a secret in the wrong place: only what looks like a name is
// said.
std::string said_name(const std::string& name) {
  return is_prefect_name(name) ? name + " is" : "that is";
}

// The setting that a word names, or why there is none to change.
std::variant<const Setting*, Outcome> setting_of(const Inspection& inspection,
                                                 const std::string& name) {
  const auto* setting = inspection.registry.find(name);
  if (!setting) {
    auto outcome = refusal(said_name(name) + " no setting of Prefect " +
                           inspection.launch.prefect_version.text());
    for (const auto near : inspection.registry.nearest(name))
      outcome.err += "  did you mean " + std::string(near) + "?\n";
    return outcome;
  }
  if (setting->path == "home" || setting->path == "profiles_path")
    return refusal(std::string(setting->name) +
                   " says where the profiles are, and so cannot stand in one: set it in the "
                   "environment");
  return setting;
}

ProfileKey key_of(const Setting& setting) {
  ProfileKey key{std::string(setting.name)};
  for (const auto name : setting.names) {
    if (name != setting.name) key.aliases.emplace_back(name);
  }
  return key;
}

EditResult edited(const Inspection& inspection, std::string_view text,
                  const std::vector<NewValue>& values) {
  const auto& profile = inspection.command_line.selection.name;
  auto result = with_profile(inspection, text, profile);
  for (const auto& [setting, value] : values) {
    if (const auto* now = std::get_if<std::string>(&result))
      result = set_profile_key(*now, profile, key_of(*setting), value);
  }
  return result;
}

// The file with this text, as Prefect would read it, with nothing else in the way.
Inspection read_alone(const Inspection& inspection, std::string_view text) {
  auto launch = inspection.launch;
  const EditedFiles files(*launch.files, profiles_path_of(inspection), std::string(text));
  launch.files = &files;
  drop_settings(launch);
  auto alone = inspect(std::move(launch));
  alone.launch.files = inspection.launch.files;
  return alone;
}

// What Prefect would say to the edited text; empty where it would take it.
std::string objection(const Inspection& inspection, std::string_view text, std::string_view changed,
                      const std::vector<NewValue>& values) {
  const auto then = read_alone(inspection, changed);
  for (const auto& value : values) {
    const auto* resolved = then.find(value.setting->path);
    if (resolved && !resolved->rejected.empty())
      return std::string(value.setting->name) + " is refused: " + resolved->rejected.front().reason;
  }
  if (then.loads || !read_alone(inspection, text).loads) return {};
  for (const auto& finding : then.findings) {
    if (finding.severity() == Severity::error) return finding.message();
  }
  return {};
}

std::variant<std::vector<NewValue>, Outcome> values_of(const Options& options,
                                                       const Inspection& inspection) {
  std::vector<NewValue> values;
  const bool is_secret_input = options.from_stdin || options.prompt;
  if (options.words.empty()) return usage("set takes NAME=VALUE, or NAME with --stdin or --prompt");
  if (options.from_stdin && options.prompt) return usage("--stdin and --prompt exclude each other");
  if (is_secret_input && options.words.size() != 1)
    return usage("--stdin and --prompt take one NAME");
  for (const auto& word : options.words) {
    const auto equals = word.find('=');
    if (is_secret_input && equals != std::string::npos)
      return usage("--stdin and --prompt take a NAME without a value");
    if (!is_secret_input && equals == std::string::npos)
      return usage("set takes NAME=VALUE, or NAME with --stdin or --prompt");
    if (equals == 0) return usage("set takes NAME=VALUE, and there is no NAME before a `=`");
    auto setting = setting_of(inspection, word.substr(0, equals));
    if (auto* outcome = std::get_if<Outcome>(&setting)) return std::move(*outcome);
    NewValue value{std::get<const Setting*>(setting), {}};
    if (!is_secret_input) {
      value.value = word.substr(equals + 1);
    } else {
      auto input = options.from_stdin ? read_from_stdin()
                                      : read_from_terminal(std::string(value.setting->name));
      if (auto* outcome = std::get_if<Outcome>(&input)) return std::move(*outcome);
      value.value = std::move(std::get<std::string>(input));
      if (value.value.empty())
        return refusal("nothing was given; unset " + std::string(value.setting->name) +
                       " takes a value away");
    }
    if (const auto why = not_a_value(value.value); !why.empty())
      return refusal("the value for " + std::string(value.setting->name) + why);
    if (std::any_of(values.begin(), values.end(),
                    [&](const NewValue& other) { return other.setting == value.setting; }))
      return usage(std::string(value.setting->name) + " is given twice");
    values.push_back(std::move(value));
  }
  return values;
}

// What is to be said of the new values as they stand now: another source hides them, or doctor has
// something against them.
std::string second_thoughts(const Context& context, const std::vector<NewValue>& values) {
  auto now = inspect_launch(context);
  add_credential_findings(now, plans_of(context.options, now));
  std::string notes;
  for (const auto& [setting, value] : values) {
    const auto* resolved = now.find(setting->path);
    const auto* winner = resolved ? resolved->winner : nullptr;
    if (!winner) continue;
    const auto& origin = winner->origin;
    if (auto note = note_if_hidden(*resolved); !note.empty()) {
      notes += note;
      continue;
    }
    for (const auto& finding : now.findings) {
      const bool is_about = finding.place && finding.place->where == origin.where &&
                            finding.place->span.line == origin.key_span.line;
      if (is_about && finding.severity() != Severity::info)
        notes += std::string(severity_word(finding.severity())) + '[' +
                 std::string(finding.code()) + "]: " + finding.message() +
                 "; see prefect-config doctor\n";
    }
  }
  return notes;
}

Outcome run_set(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  if (auto outcome = no_profile(inspection)) return std::move(*outcome);
  const auto& selection = inspection.command_line.selection;
  auto values = values_of(options, inspection);
  if (auto* outcome = std::get_if<Outcome>(&values)) return std::move(*outcome);
  const auto& wanted = std::get<std::vector<NewValue>>(values);
  std::string said;
  std::string notes;
  for (const auto& [setting, value] : wanted) {
    const auto shown = protect(*setting, value).masked().str();
    said += "Set '" + std::string(setting->name) + "' to " + python_repr(printable(shown)) + ".\n";
    if (!options.from_stdin && !options.prompt && setting->secret)
      notes += "note: " + std::string(setting->name) +
               " stands in the shell's history now; --stdin and --prompt keep it out\n";
    if (value.empty())
      notes += "note: an empty value counts as set, and hides every weaker source; unset " +
               std::string(setting->name) + " takes it away\n";
  }
  said += "Updated profile '" + safe_text(selection.name) + "'.\n";
  auto outcome = update(
      inspection,
      [&](std::string_view text) {
        auto result = edited(inspection, text, wanted);
        const auto* changed = std::get_if<std::string>(&result);
        const auto why = changed ? objection(inspection, text, *changed, wanted) : std::string();
        return why.empty() ? std::move(result) : EditResult(EditProblem{why});
      },
      std::move(said));
  if (outcome.status == status_fine && !context.options.quiet)
    outcome.err += notes + second_thoughts(context, wanted);
  return outcome;
}

Outcome run_unset(const Options& options, const Context& context) {
  const auto inspection = inspect_launch(context);
  if (auto outcome = no_profile(inspection)) return std::move(*outcome);
  const auto& selection = inspection.command_line.selection;
  if (options.words.empty()) return usage("unset takes NAMEs");
  std::vector<ProfileKey> keys;
  std::string said;
  for (const auto& word : options.words) {
    // What is no setting can be taken away too: a misspelt name has to go somehow.
    const auto* setting = inspection.registry.find(word);
    const auto* file = inspection.layers.profiles_file.get();
    const auto* profile = file ? file->find(selection.name) : nullptr;
    const bool is_there = profile && std::any_of(profile->entries.begin(), profile->entries.end(),
                                                 [&](const auto& e) { return e.key == word; });
    if (!setting && !is_there)
      return refusal(said_name(word) + " no setting, and not set in profile `" + selection.name +
                     '`');
    keys.push_back(setting ? key_of(*setting) : ProfileKey{word});
    said += "Unset '" + safe_text(keys.back().name) + "'.\n";
  }
  said += "Updated profile '" + safe_text(selection.name) + "'.\n";
  return update(
      inspection,
      [&](std::string_view text) {
        EditResult result = std::string(text);
        for (const auto& key : keys) {
          if (const auto* now = std::get_if<std::string>(&result))
            result = unset_profile_key(*now, selection.name, key);
        }
        return result;
      },
      std::move(said));
}

}  // namespace

Command set_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "set";
  command.help = "Set settings in the profile in force";
  command.flags = {
      {"--stdin", "Read the value from standard input: for secrets", &options->from_stdin},
      {"--prompt", "Ask for the value, without echo", &options->prompt}};
  command.values = {{"words",
                     "NAME=VALUE...",
                     "What to set; with --stdin or --prompt a NAME",
                     nullptr,
                     {},
                     false,
                     &options->words,
                     WordKind::assignment}};
  command.run = [options](const Context& context) { return run_set(*options, context); };
  return command;
}

Command unset_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "unset";
  command.help = "Take settings out of the profile in force";
  command.values = {{"words",
                     "NAME...",
                     "Settings, by any of their names",
                     nullptr,
                     {},
                     false,
                     &options->words,
                     WordKind::profile_setting}};
  command.run = [options](const Context& context) { return run_unset(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
