#include "profile_set_up.hpp"

#include "auth/address.hpp"
#include "diagnose/workspaces.hpp"
#include "live.hpp"
#include "new_profile.hpp"
#include "profile_store.hpp"
#include "secret_input.hpp"
#include "sources/known_secrets.hpp"
#include "sources/profiles_file.hpp"
#include "sources/protect.hpp"
#include "support/text.hpp"
#include "workspace_address.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace prefect_config::tool {
namespace {

constexpr const char* kUrl = "PREFECT_API_URL";
constexpr const char* kKey = "PREFECT_API_KEY";
constexpr const char* kAuthString = "PREFECT_API_AUTH_STRING";

// So many workspaces are named where none was found.
constexpr std::size_t kMostNamed = 10;
constexpr std::size_t kMostNear = 3;
constexpr std::size_t kLongestHandle = 100;

constexpr const char* kIds = "--workspace ACCOUNT_ID/WORKSPACE_ID";

using Entries = std::vector<std::pair<std::string, std::string>>;

bool has_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity() == Severity::error; });
}

// What is seen in a credential or URL by itself, and may be why a server refuses.
bool is_of_text(const Finding& finding) {
  switch (finding.rule) {
  case RuleId::value_quoted:
  case RuleId::value_has_blanks:
  case RuleId::credential_form:
  case RuleId::value_is_template:
  case RuleId::url_malformed:
  case RuleId::auth_without_colon:
  case RuleId::url_with_credentials:
    return true;
  default:
    return false;
  }
}

// Of these, those whose text nobody means.
bool is_of_wrong_text(const Finding& finding) {
  return is_of_text(finding) && finding.rule != RuleId::auth_without_colon &&
         finding.rule != RuleId::url_with_credentials;
}

// An explanation stands before what it explains.
std::vector<Finding> text_first(std::vector<Finding> found, const std::vector<Finding>& more) {
  found.insert(found.end(), more.begin(), more.end());
  std::stable_partition(found.begin(), found.end(), is_of_text);
  return found;
}

class SetUp {
 public:
  SetUp(const SetUpOptions& options, const ProbeOptions& probe, const Context& context,
        const Inspection& inspection, const std::string& name)
      : options_(options), probe_(probe), context_(context), inspection_(inspection), name_(name),
        workspace_(workspace_meant(options.workspace)) {}

  Outcome run() {
    const auto read = inspection_.launch.files->read(profiles_path_of(inspection_));
    if (const auto* text = std::get_if<std::string>(&read)) before_ = *text;
    // Before the secret is read, and before anybody is asked.
    const auto empty = with_entries({});
    if (const auto* problem = std::get_if<EditProblem>(&empty))
      return refused_edit(inspection_, *problem);
    if (auto failed = refused_as_cloud()) return std::move(*failed);
    if (auto failed = read_secret()) return std::move(*failed);
    return options_.cloud ? at_cloud() : self_hosted();
  }

 private:
  // ---- what is written

  EditResult with_entries(const Entries& entries) const {
    return add_profile(before_, name_, entries);
  }

  std::optional<Outcome> read_secret() {
    const char* setting = options_.cloud ? kKey : options_.auth_from_stdin ? kAuthString : nullptr;
    if (!setting) return std::nullopt;
    auto input = read_from_stdin("pipe the value in");
    if (auto* failed = std::get_if<Outcome>(&input)) return std::move(*failed);
    secret_ = std::move(std::get<std::string>(input));
    if (secret_.empty()) return nothing_done("nothing came on standard input");
    if (const auto why = not_a_value(secret_); !why.empty())
      return nothing_done("the value for " + std::string(setting) + why);
    return std::nullopt;
  }

  Entries cloud_entries(std::string url) const { return {{kUrl, std::move(url)}, {kKey, secret_}}; }

  // The launch with these entries, or why Prefect would not start so.
  std::variant<std::unique_ptr<NewProfile>, Outcome> launched_with(const Entries& entries) const {
    auto text = with_entries(entries);
    if (const auto* problem = std::get_if<EditProblem>(&text))
      return refused_edit(inspection_, *problem);
    auto made =
        std::make_unique<NewProfile>(inspection_, std::move(std::get<std::string>(text)), name_);
    const auto& then = made->inspection();
    for (const auto& [name, value] : entries) {
      const auto* setting = then.registry.find(name);
      if (!setting)
        return nothing_done(name + " is no setting of Prefect " +
                            then.launch.prefect_version.text());
      const auto* resolved = then.find(setting->path);
      if (resolved && !resolved->rejected.empty())
        return nothing_done(name + " is refused: " + resolved->rejected.front().reason);
    }
    if (then.loads) return made;
    return refused(*made, then.findings, {});
  }

  // `borrowed` is what of it is not the profile's own.
  Outcome save(const NewProfile& made, const Entries& entries, const std::string& said,
               const std::vector<Finding>& findings, const std::string& borrowed) const {
    auto outcome = update(
        inspection_, [&](std::string_view text) { return add_profile(text, name_, entries); },
        said + next_use(name_));
    if (outcome.status != status_fine || context_.options.quiet) return outcome;
    for (const auto& finding : findings) {
      // Whoever was not asked did not agree.
      const bool is_shown = finding.severity() != Severity::info || context_.options.verbose ||
                            finding.rule == RuleId::not_probed;
      if (is_shown) outcome.err += finding_text(made.inspection(), made.told(finding), lines());
    }
    if (!borrowed.empty())
      outcome.err += std::string("note: ") + (options_.no_probe ? "made" : "checked") + " with " +
                     borrowed + ", which the profile does not hold\n";
    return with_notes(std::move(outcome), entries);
  }

  // What hides the new values where the profile is used from here.
  Outcome with_notes(Outcome outcome, const Entries& entries) const {
    auto launch = context_.launch;
    launch.profile = name_;
    launch.override_profile.reset();
    const auto now = inspect(std::move(launch));
    for (const auto& [name, value] : entries) {
      const auto* setting = now.registry.find(name);
      const auto* resolved = setting ? now.find(setting->path) : nullptr;
      if (resolved) outcome.err += note_if_hidden(*resolved);
    }
    return outcome;
  }

  // ---- what is said where nothing is

  static Outcome nothing_done(const std::string& text) {
    auto outcome = refusal(text);
    outcome.err += kFileAsItWas;
    return outcome;
  }

  Lines lines() const { return lines_for(context_.err_is_terminal); }

  // Findings of every severity are the answer here, errors also with -q.
  Outcome refused(const NewProfile& made, const std::vector<Finding>& findings,
                  const std::string& instead) const {
    Outcome outcome;
    outcome.status = status_negative;
    for (const auto& finding : findings) {
      const bool is_error = finding.severity() == Severity::error;
      const bool is_shown = finding.severity() == Severity::warning ? !context_.options.quiet
                                                                    : context_.options.verbose;
      if (is_error || is_shown)
        outcome.err += finding_text(made.inspection(), made.told(finding), lines());
    }
    outcome.err += instead;
    outcome.err += kFileAsItWas;
    return outcome;
  }

  // The way past the probe; none where it would save a text that nobody means.
  static std::string unless_wrong_text(const std::vector<Finding>& findings, std::string instead) {
    const bool is_wrong = std::any_of(findings.begin(), findings.end(), is_of_wrong_text);
    return is_wrong ? std::string() : std::move(instead);
  }

  // ---- a server of one's own

  // Prefect Cloud takes a key, and no auth string. Nothing where the URL is for a server.
  std::optional<Outcome> refused_as_cloud() const {
    if (options_.cloud) return std::nullopt;
    const auto address = workspace_address(options_.url);
    if (!address && !is_cloud_without_workspace()) return std::nullopt;
    auto outcome = refusal(address ? "this is a workspace of Prefect Cloud"
                                   : "this is an address of Prefect Cloud, and of no workspace");
    const auto ids = address ? workspace_of_ids(address->ids) : std::nullopt;
    const bool can_be_typed = safe_text(name_) == name_ && name_.front() != '-';
    outcome.err += "next: " + (address ? cloud_variable(*address) : "") +
                   "prefect-config profile create " +
                   (can_be_typed ? shell_quoted(name_) : "NAME") + " --cloud --workspace " +
                   (ids       ? lower(ids->account_id) + '/' + lower(ids->workspace_id)
                    : address ? "ACCOUNT_ID/WORKSPACE_ID"
                              : "ACCOUNT/WORKSPACE") +
                   " --key-stdin\n";
    outcome.err += kFileAsItWas;
    return outcome;
  }

  bool is_cloud_without_workspace() const {
    const auto launched = launched_with({{kUrl, options_.url}});
    const auto* made = std::get_if<std::unique_ptr<NewProfile>>(&launched);
    if (!made) return false;
    const auto& then = (*made)->inspection();
    const auto plans = plans_of(context_.options, then);
    // An empty address of Prefect Cloud makes every other one its.
    if (plans.target == Target::cloud) return then.at("cloud.api_url").value.truthy();
    const auto findings = check_credentials(then, plans);
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.rule == RuleId::url_of_web_application ||
             finding.rule == RuleId::cloud_url_incomplete ||
             finding.rule == RuleId::cloud_url_not_recognized;
    });
  }

  // What says to `--cloud` that it is another Prefect Cloud; empty where it is the usual one.
  std::string cloud_variable(const WorkspaceAddress& address) const {
    const auto url = parse_address(options_.url);
    const auto host_of = [this](std::string_view setting) {
      const auto* resolved = inspection_.find(setting);
      const auto at = resolved ? parse_address(text_of(resolved->value)) : std::nullopt;
      return at ? at->host : std::string();
    };
    const bool is_usual = !url || url->host.empty() || ends_with(url->host, ".prefect.cloud") ||
                          url->host == host_of("cloud.api_url") ||
                          url->host == host_of("cloud.ui_url");
    if (is_usual || protect_url(address.before).is_secret() ||
        safe_text(address.before) != address.before)
      return {};
    return "PREFECT_CLOUD_API_URL=" + shell_quoted(address.before) + ' ';
  }

  Outcome self_hosted() {
    Entries entries{{kUrl, options_.url}};
    if (options_.auth_from_stdin) entries.emplace_back(kAuthString, secret_);
    return probed(entries, {}, "to save it all the same: --no-probe\n");
  }

  // Asks, and saves unless an error shows. `place` is what it is for, where that has a name.
  Outcome probed(const Entries& entries, const std::string& place, const std::string& instead) {
    auto launched = launched_with(entries);
    if (auto* failed = std::get_if<Outcome>(&launched)) return std::move(*failed);
    const auto& made = *std::get<std::unique_ptr<NewProfile>>(launched);
    const auto& then = made.inspection();
    const auto plans = plans_of(context_.options, then);
    const auto known = check_credentials(then, plans);
    auto said = "Created profile '" + safe_text(name_) + '\'';
    const auto for_place = place.empty() ? std::string() : " for " + place;
    auto supposed = about(made, known);
    if (options_.no_probe)
      return save(made, entries, said + for_place + ".\n", supposed, made.borrowed(plans, {}));
    const auto& http = plans.at(Surface::http);
    const auto way_past = unless_wrong_text(supposed, instead);
    if (!can_be_probed(plans) || http.outcome != AuthPlan::Outcome::connects)
      return not_asked(made, text_first({}, supposed), http, way_past);
    const auto probe = probe_live(then, plans, probe_);
    const auto diagnosis = diagnose(then, plans, probe, probe_);
    if (has_error(diagnosis.findings)) {
      std::erase_if(supposed, [](const Finding& finding) { return !is_of_text(finding); });
      return refused(made, text_first(diagnosis.findings, supposed), way_past);
    }
    drop_disproved(supposed, probe);
    if (!for_place.empty()) {
      said += for_place;
    } else if (!diagnosis.server_version.empty()) {
      said += " for Prefect server " + safe_text(diagnosis.server_version);
    }
    std::vector<Surface> asked;
    for (const auto& attempt : probe.attempts) asked.push_back(attempt.surface);
    if (options_.cloud) asked.push_back(Surface::cloud_client);
    return save(made, entries, said + ".\n", text_first(diagnosis.findings, supposed),
                made.borrowed(plans, asked));
  }

  // A client would refuse these settings before it sent anything.
  Outcome not_asked(const NewProfile& made, const std::vector<Finding>& findings,
                    const AuthPlan& http, const std::string& instead) const {
    auto outcome = refused(made, findings, instead);
    outcome.err.insert(
        0, refusal("there is nobody to ask" + (http.notes.empty() ? "" : ": " + http.notes.front()))
               .err);
    return outcome;
  }

  // What a rule has against the new profile by itself, or against one of its settings.
  std::vector<Finding> about(const NewProfile& made, std::vector<Finding> findings,
                             std::string_view name = {}) const {
    const auto& own = made.inspection().findings;
    findings.insert(findings.end(), own.begin(), own.end());
    const auto& file = made.inspection().layers.profiles_file;
    const auto* table = file ? file->find(name_) : nullptr;
    std::erase_if(findings, [&](const Finding& finding) {
      const bool is_about =
          table && finding.place && finding.place->where == profiles_path_of(inspection_) &&
          std::any_of(table->entries.begin(), table->entries.end(), [&](const auto& entry) {
            return (name.empty() || entry.key == name) &&
                   entry.key_span.line == finding.place->span.line;
          });
      return !is_about;
    });
    return findings;
  }

  // ---- Prefect Cloud

  Outcome at_cloud() {
    // The address is a setting too.
    auto launched = launched_with({{kKey, secret_}});
    if (auto* failed = std::get_if<Outcome>(&launched)) return std::move(*failed);
    const auto& then = std::get<std::unique_ptr<NewProfile>>(launched)->inspection();
    const auto cloud_url = text_of(then.at("cloud.api_url").value);
    known_ = then.known_secrets;
    const auto ids = workspace_of_ids(workspace_);
    if (options_.no_probe) return probed(cloud_entries(workspace_url(cloud_url, *ids)), {}, {});
    auto found = workspace_at(cloud_url);
    if (auto* failed = std::get_if<Outcome>(&found)) return std::move(*failed);
    const auto& workspace = std::get<Workspace>(found);
    const auto handle = '\'' + shown(workspace) + '\'';
    auto outcome =
        probed(cloud_entries(workspace_url(cloud_url, workspace)), "workspace " + handle,
               "to save it all the same: --no-probe --workspace " + lower(workspace.account_id) +
                   '/' + lower(workspace.workspace_id) + '\n');
    if (outcome.status == status_fine && !options_.workspace_given && !context_.options.quiet)
      outcome.err.insert(0, "note: " + handle + " is the only workspace that the key sees\n");
    return outcome;
  }

  // The one that is meant, of those that the key sees.
  std::variant<Workspace, Outcome> workspace_at(const std::string& cloud_url) const {
    auto launched = launched_with(cloud_entries(cloud_url));
    if (auto* failed = std::get_if<Outcome>(&launched)) return std::move(*failed);
    const auto& made = *std::get<std::unique_ptr<NewProfile>>(launched);
    const auto& then = made.inspection();
    const auto plans = plans_of(context_.options, then);
    const auto& plan = plans.at(Surface::cloud_client);
    if (plan.outcome != AuthPlan::Outcome::connects) {
      auto outcome =
          refused(made, text_first({}, about(made, check_credentials(then, plans), kKey)), {});
      outcome.err.insert(
          0, refusal("Prefect Cloud cannot be asked: " +
                     (plan.notes.empty() ? "there is no such connection" : plan.notes.front()))
                 .err);
      return outcome;
    }
    auto answer = workspaces_live(then, plans, probe_);
    // Only of a list it is known what is in it.
    if (!answer.attempt.sees_workspace) return no_list(made, plans, std::move(answer.attempt));
    const auto list = usable_workspaces(std::move(answer.workspaces));
    if (!options_.workspace_given && list.size() == 1) return list.front();
    const auto* meant = options_.workspace_given ? find_workspace(list, workspace_) : nullptr;
    if (meant) return *meant;
    return not_found(list);
  }

  Outcome no_list(const NewProfile& made, const AuthPlans& plans, Attempt attempt) const {
    const auto elapsed = attempt.elapsed;
    const Probe probe{{Surface::cloud_client}, {std::move(attempt)}, elapsed};
    const auto& then = made.inspection();
    const auto findings = diagnose(then, plans, probe, probe_).findings;
    const bool is_explained = has_error(findings);
    const auto of_key = about(made, check_credentials(then, plans), kKey);
    const auto to_add = workspace_of_ids(workspace_) ? std::string("--no-probe")
                                                     : "--no-probe " + std::string(kIds);
    auto outcome = refused(made, text_first(findings, of_key),
                           unless_wrong_text(of_key, "to save it all the same: " + to_add + '\n'));
    if (!is_explained)
      outcome.err.insert(0, refusal("Prefect Cloud did not list the workspaces").err);
    return outcome;
  }

  Outcome not_found(const std::vector<Workspace>& list) const {
    const auto sees = "the key sees " + counted_workspaces(list.size());
    auto outcome =
        refusal(!options_.workspace_given || list.empty()
                    ? sees + (list.empty() ? "" : ": say which with --workspace ACCOUNT/WORKSPACE")
                    : "there is no workspace `" + masked(protect_url(workspace_).masked().str()) +
                          "` among those of the key");
    auto named = options_.workspace_given ? near_workspaces(list, workspace_, kMostNear)
                                          : std::vector<const Workspace*>();
    for (const auto* near : named) outcome.err += "  did you mean " + shown(*near) + "?\n";
    std::string others;
    for (const auto& workspace : list) {
      const bool is_said = std::find(named.begin(), named.end(), &workspace) != named.end();
      if (is_said || named.size() == kMostNamed) continue;
      named.push_back(&workspace);
      others += (others.empty() ? "" : ", ") + shown(workspace);
    }
    if (list.size() > named.size())
      others += " and " + std::to_string(list.size() - named.size()) + " more";
    if (!others.empty()) outcome.err += "  it sees " + others + '\n';
    outcome.err += kFileAsItWas;
    return outcome;
  }

  // A stranger may say the key back.
  std::string masked(const std::string& text) const { return known_ ? known_->masked(text) : text; }

  std::string shown(const Workspace& workspace) const {
    auto handle = safe_text(masked(handle_of(workspace)));
    if (handle.size() <= kLongestHandle) return handle;
    return handle.substr(0, bytes_of_code_points(handle, kLongestHandle / 2)) + "…";
  }

  const SetUpOptions& options_;
  const ProbeOptions& probe_;
  const Context& context_;
  const Inspection& inspection_;
  const std::string& name_;
  std::string workspace_;  ///< of an address the ids
  std::string before_;
  std::string secret_;
  std::shared_ptr<const KnownSecrets> known_;
};

std::optional<std::string> misfit(const SetUpOptions& options) {
  if (options.cloud && options.url_given) return "--cloud and --url exclude each other";
  if (!options.is_wanted()) {
    if (options.workspace_given || options.key_from_stdin)
      return "--workspace and --key-stdin belong to --cloud";
    if (options.auth_from_stdin) return "--auth-stdin belongs to --url";
    return "--no-probe, --timeout and --allow-insecure belong to --cloud and --url";
  }
  if (options.cloud) {
    if (options.auth_from_stdin) return "--auth-stdin belongs to --url: Prefect Cloud takes a key";
    if (!options.key_from_stdin)
      return "--cloud takes the API key from standard input: add --key-stdin";
    if (options.workspace_given && options.workspace.empty())
      return "--workspace takes ACCOUNT/WORKSPACE";
    if (options.no_probe && !workspace_of_ids(workspace_meant(options.workspace)))
      return "--no-probe asks nobody for a workspace's ids: give " + std::string(kIds);
  } else {
    if (options.workspace_given || options.key_from_stdin)
      return "--workspace and --key-stdin belong to --cloud";
    if (options.url.empty()) return "--url takes the URL of the server's API";
  }
  if (options.no_probe && options.limits.is_given())
    return "--timeout and --allow-insecure are about the probe, which --no-probe leaves out";
  return std::nullopt;
}

}  // namespace

std::vector<ValueOption> set_up_values(SetUpOptions& options) {
  return {{"--workspace",
           "ACCOUNT/WORKSPACE",
           "With --cloud: which one, by handles, ids or its address",
           &options.workspace,
           {},
           false,
           nullptr,
           WordKind::text,
           &options.workspace_given},
          {"--url",
           "URL",
           "create: for the server with this API URL",
           &options.url,
           {},
           false,
           nullptr,
           WordKind::text,
           &options.url_given},
          timeout_option(options.limits)};
}

std::vector<Flag> set_up_flags(SetUpOptions& options) {
  return {
      {"--cloud", "create: for Prefect Cloud", &options.cloud},
      {"--key-stdin", "With --cloud: the API key on standard input", &options.key_from_stdin},
      {"--auth-stdin", "With --url: the auth string on standard input", &options.auth_from_stdin},
      {"--no-probe", "Save without asking the server first", &options.no_probe},
      allow_insecure_flag(options.limits)};
}

std::variant<ProbeOptions, Outcome> set_up_probe(const SetUpOptions& options) {
  if (const auto wrong = misfit(options)) return failed_with(status_usage, *wrong);
  ProbeOptions probe;
  if (auto wrong = take_limits(options.limits, probe)) return std::move(*wrong);
  return probe;
}

Outcome set_up_profile(const SetUpOptions& options, const ProbeOptions& probe,
                       const Context& context, const Inspection& inspection,
                       const std::string& name) {
  return SetUp(options, probe, context, inspection, name).run();
}

}  // namespace prefect_config::tool
