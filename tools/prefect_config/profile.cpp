#include "profile.hpp"

#include "live.hpp"
#include "previous_profile.hpp"
#include "profile_list.hpp"
#include "profile_set_up.hpp"
#include "profile_store.hpp"
#include "profiles/document.hpp"
#include "sources/quirks.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config::tool {
namespace {

struct Options {
  std::string action;
  std::vector<std::string> names;
  std::string from;
  bool from_given = false;
  std::string output = "text";
  SetUpOptions set_up;
};

/// What an action gets to work with.
struct Work {
  const Options& options;
  const Context& context;
  const Inspection& inspection;
  const ProbeOptions& probe;

  const std::string& name(std::size_t index = 0) const { return options.names.at(index); }
  const std::string& active() const { return inspection.command_line.selection.name; }
};

const ProfileTable* find_profile(const Inspection& inspection, const std::string& name) {
  const auto& file = inspection.layers.profiles_file;
  return file ? file->find(name) : nullptr;
}

Outcome unknown(const Work& work, const std::string& name) {
  auto outcome = refusal("there is no profile `" + name + '`');
  for (const auto& near : nearest_profiles(work.inspection, name))
    outcome.err += "  did you mean " + safe_text(near) + "?\n";
  return outcome;
}

// ---- ls, inspect

Outcome list(const Work& work) {
  const auto rows = profile_rows(work.inspection);
  if (work.options.output == "json")
    return {profile_list_json(work.inspection, rows), {}, status_fine};
  return {profile_list_text(work.inspection, rows), {}, status_fine};
}

Outcome inspect_profile(const Work& work) {
  const auto name = work.options.names.empty() ? work.active() : work.name();
  const auto* profile = find_profile(work.inspection, name);
  const bool bundled = !profile && is_bundled(work.inspection, name);
  if (!profile && !bundled) return unknown(work, name);
  const auto file = bundled ? bundled_profiles_file(work.inspection.launch.prefect_version)
                            : *work.inspection.layers.profiles_file;
  const auto& table = *file.find(name);
  if (work.options.output == "json")
    return {profile_json(work.inspection, table, work.context.secrets()), {}, status_fine};
  Outcome outcome;
  if (work.options.names.empty() && !work.context.options.quiet)
    outcome.err = "the active profile, `" + safe_text(name) + "`\n";
  outcome.out = profile_text(work.inspection, table, work.context.secrets());
  return outcome;
}

// Why this release would not read a new profile's name as it is; empty where it does. Up to 3.6.13
// Prefect reads with `toml` 0.10.2, which gets names in double quotes wrong where they hold a quote
// or an escape; in single quotes it does not (measured with 2.20.27, 3.4.19).
std::string not_readable(const Work& work, const std::string& name) {
  const auto version = work.inspection.launch.prefect_version;
  const auto written = key_text(name);
  const bool is_misread = written.front() == '"' && written.find('\\') != std::string::npos;
  if (!quirks_of(version).bom_joins_first_key || !is_misread) return {};
  return "Prefect " + version.text() + " would read this name as another one";
}

// Why nobody should call a profile so; empty where it is a name.
std::string not_a_name(const Work& work, const std::string& name) {
  if (name.empty()) return "a profile needs a name";
  if (name == "-") return "`-` is no name: `profile use -` means the previous one";
  if (!is_utf8(name)) return "a name that is not UTF-8 cannot be written as TOML";
  return not_readable(work, name);
}

// ---- create, rename, delete, populate-defaults

Outcome create(const Work& work) {
  const auto& name = work.name();
  if (const auto why = not_a_name(work, name); !why.empty()) return refusal(why);
  if (work.options.set_up.is_wanted())
    return set_up_profile(work.options.set_up, work.probe, work.context, work.inspection, name);
  const auto& from = work.options.from;
  const bool is_copy = work.options.from_given;
  if (is_copy && !find_profile(work.inspection, from)) return unknown(work, from);
  auto said = "Created profile '" + safe_text(name) + '\'';
  if (is_copy) said += " with the settings of '" + safe_text(from) + '\'';
  said += ".\n" + next_use(name);
  return update(
      work.inspection,
      [&](std::string_view text) {
        return is_copy ? copy_profile(text, from, name) : add_profile(text, name);
      },
      std::move(said));
}

Outcome rename(const Work& work) {
  const auto& name = work.name(0);
  const auto& to = work.name(1);
  if (const auto why = not_a_name(work, to); !why.empty()) return refusal(why);
  if (!find_profile(work.inspection, name)) return unknown(work, name);
  auto outcome = update(
      work.inspection, [&](std::string_view text) { return rename_profile(text, name, to); },
      "Renamed profile '" + safe_text(name) + "' to '" + safe_text(to) + "'.\n");
  if (outcome.status != status_fine) return outcome;
  const auto path = profiles_path_of(work.inspection);
  if (previous_profile(path) == name) remember_profile(path, to);
  const auto* variable = work.inspection.launch.variable("PREFECT_PROFILE");
  if (variable && *variable == name)
    outcome.err += "note: PREFECT_PROFILE still names the old one\n";
  return outcome;
}

Outcome remove(const Work& work) {
  const auto& name = work.name();
  if (name == work.active())
    return refusal("profile `" + name + "` is the active one: use another one first");
  if (!find_profile(work.inspection, name)) return unknown(work, name);
  return update(
      work.inspection,
      [&](std::string_view text) -> EditResult {
        // Another one can be in force here, by PREFECT_PROFILE, and this one everywhere else.
        if (active_profile(text) == name)
          return EditProblem{"`active` names this profile: use another one first"};
        return remove_profile(text, name);
      },
      "Removed profile '" + safe_text(name) + "'.\n");
}

Outcome populate(const Work& work) {
  const auto& bundled = bundled_profiles(work.inspection.launch.prefect_version).profiles;
  std::string said;
  for (const auto& profile : bundled) {
    if (!find_profile(work.inspection, std::string(profile.name)))
      said += "Added profile '" + std::string(profile.name) + "'.\n";
  }
  if (said.empty()) return {"No changes needed. All profiles are up to date.\n", {}, status_fine};
  return update(
      work.inspection,
      [&](std::string_view text) {
        EditResult result = std::string(text);
        for (const auto& profile : bundled) {
          if (const auto* now = std::get_if<std::string>(&result))
            result = with_profile(work.inspection, *now, profile.name);
        }
        return result;
      },
      std::move(said));
}

// ---- use

Outcome use(const Work& work) {
  const auto path = profiles_path_of(work.inspection);
  auto name = work.name();
  if (name == "-") {
    const auto previous = previous_profile(path);
    if (!previous) return refusal("there is no previous profile");
    name = *previous;
  }
  if (!find_profile(work.inspection, name) && !is_bundled(work.inspection, name))
    return unknown(work, name);
  const auto& file = work.inspection.layers.profiles_file;
  const auto before =
      file && file->active
          ? file->active->str()
          : std::string(bundled_profiles(work.inspection.launch.prefect_version).active);
  auto outcome = update(
      work.inspection,
      [&](std::string_view text) {
        auto result = with_profile(work.inspection, text, name);
        const auto* now = std::get_if<std::string>(&result);
        return now ? set_active_profile(*now, name) : std::move(result);
      },
      "Now using profile '" + safe_text(name) + '\'' +
          (find_profile(work.inspection, name) ? "" : ", as Prefect ships it: it was not there") +
          ".\n");
  if (outcome.status != status_fine) return outcome;
  if (before != name && !remember_profile(path, before) && !work.context.options.quiet)
    outcome.err += "note: `use -` will not know the way back: its folder cannot be written\n";
  const auto* variable = work.inspection.launch.variable("PREFECT_PROFILE");
  if (variable && *variable != name)
    outcome.err += "note: PREFECT_PROFILE is set and wins: unset PREFECT_PROFILE\n";
  return outcome;
}

struct Action {
  const char* name;
  std::size_t least, most;  ///< names
  const char* words;
  Outcome (*run)(const Work& work);
};

constexpr Action kActions[] = {
    {"ls", 0, 0, "", list},
    {"create", 1, 1, "NAME [--from NAME | --cloud | --url URL]", create},
    {"use", 1, 1, "NAME, or - for the previous one", use},
    {"inspect", 0, 1, "[NAME]", inspect_profile},
    {"rename", 2, 2, "NAME NEW", rename},
    {"delete", 1, 1, "NAME", remove},
    {"populate-defaults", 0, 0, "", populate},
};

// How the server of a new profile is asked, or what of the command line does not fit.
std::variant<ProbeOptions, Outcome> set_up_options(const Options& options) {
  if (options.action != "create")
    return failed_with(status_usage, "options about a server belong to profile create");
  if (options.from_given)
    return failed_with(status_usage, "--from copies a profile: --cloud and --url do not fit");
  return set_up_probe(options.set_up);
}

// A word too many behind `profile create NAME`, where one option is missing in front of it, or a
// secret stands where everybody can read it. It is not repeated. Empty where neither is likely.
std::string misplaced_word(const Options& options) {
  if (options.action != "create" || options.names.size() != 2) return {};
  const auto& word = options.names[1];
  const auto& set_up = options.set_up;
  const bool is_key = starts_with(word, "pnu_") || starts_with(word, "pnb_");
  const bool is_url = word.find("://") != std::string::npos;
  if (is_key || (set_up.cloud && word.find('/') == std::string::npos)) {
    return std::string(set_up.key_from_stdin ? ""
                       : set_up.cloud        ? "--key-stdin is missing: "
                                             : "--cloud and --key-stdin are missing: ") +
           "the API key comes on standard input, and not on the command line";
  }
  if (set_up.cloud)
    return set_up.workspace_given ? "" : "--workspace is missing in front of the workspace";
  if (set_up.url_given)
    return std::string(set_up.auth_from_stdin ? "" : "--auth-stdin is missing: ") +
           "the auth string comes on standard input, and not on the command line";
  if (set_up.auth_from_stdin || is_url) return "--url is missing in front of the server's URL";
  return {};
}

// A file that cannot be read is not edited; what is wrong with it is said as everywhere.
Outcome run(const Options& options, const Context& context) {
  const auto* action = std::find_if(std::begin(kActions), std::end(kActions),
                                    [&](const Action& a) { return a.name == options.action; });
  if (const auto why = misplaced_word(options); !why.empty()) return failed_with(status_usage, why);
  if (options.names.size() < action->least || options.names.size() > action->most)
    return failed_with(status_usage, std::string("profile ") + action->name + " takes " +
                                         (action->most == 0 ? "no name" : action->words));
  if (options.output != "text" && action->run != list && action->run != inspect_profile)
    return failed_with(status_usage, "-o json belongs to profile ls and profile inspect");
  if (options.from_given && options.action != "create")
    return failed_with(status_usage, "--from belongs to profile create");
  ProbeOptions probe;
  if (options.set_up.is_any_given()) {
    auto read = set_up_options(options);
    if (auto* wrong = std::get_if<Outcome>(&read)) return std::move(*wrong);
    probe = std::get<ProbeOptions>(std::move(read));
    if (!options.set_up.no_probe) {
      if (auto failed = go_live(context)) return std::move(*failed);
    }
  }
  const auto inspection = inspect_launch(context);
  if (auto outcome = unreadable(inspection)) return std::move(*outcome);
  // Whoever asks about a profile that is not there does not want another one's answer.
  const bool only_looks = action->run == list || action->run == inspect_profile;
  if (only_looks && context.options.profile_given) {
    if (auto outcome = no_profile(inspection)) return std::move(*outcome);
  }
  auto outcome = action->run({options, context, inspection, probe});
  const auto& selection = inspection.command_line.selection;
  if (only_looks && !selection.found && !context.options.quiet)
    outcome.err += "note: there is no profile `" + safe_text(selection.requested) +
                   "`, asked for by " + selection.requested_by + "; `" + safe_text(selection.name) +
                   "` is used\n";
  return outcome;
}

}  // namespace

Command profile_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "profile";
  command.help = "Profiles: ls, create, use, inspect, rename, delete, populate-defaults";
  std::vector<std::string> actions;
  for (const auto& action : kActions) actions.emplace_back(action.name);
  command.values = {
      {"action", "ACTION", "ls, create, use, inspect, rename, delete, ...", &options->action,
       std::move(actions), true},
      {"names",
       "[NAME...]",
       "The profile; for rename the old and the new name",
       nullptr,
       {},
       false,
       &options->names,
       WordKind::profile},
      {"--from",
       "NAME",
       "create: with the settings of this one",
       &options->from,
       {},
       false,
       nullptr,
       WordKind::profile,
       &options->from_given},
      {"-o,--output", "FORMAT", "ls, inspect: text or json", &options->output, {"text", "json"}}};
  for (auto& value : set_up_values(options->set_up)) command.values.push_back(std::move(value));
  command.flags = set_up_flags(options->set_up);
  command.kind_of_argument = [](const std::vector<std::string>& arguments) {
    // What is made is not there yet, and no action takes more than it takes.
    constexpr std::string_view kOfOneThatIs[] = {"use", "inspect", "rename", "delete"};
    const bool is_one = arguments.size() == 1 &&
                        std::find(std::begin(kOfOneThatIs), std::end(kOfOneThatIs), arguments[0]) !=
                            std::end(kOfOneThatIs);
    return is_one ? WordKind::profile : WordKind::text;
  };
  command.run = [options](const Context& context) { return run(*options, context); };
  return command;
}

}  // namespace prefect_config::tool
