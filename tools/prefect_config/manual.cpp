#include "manual.hpp"

#include <algorithm>

namespace prefect_config::tool {
namespace {

const std::vector<Manual> kManuals = {
    {"",
     {"Given how a process is launched, prefect-config says what every Prefect setting is, where "
      "each value was written, which credentials that process would therefore send on each "
      "connection, and what is wrong with that. It does what Prefect does, release by release.",
      "Without options the launch is this shell: its environment, working directory and home. "
      "Options of every command describe another one.",
      "stdout is data, stderr is messages. Secrets are masked unless --show-secrets is given. No "
      "connection is opened unless it is asked for, by doctor --probe or profile create."},
     {{"prefect-config view", "Every setting that is written somewhere."},
      {"prefect-config why api.key", "Where the API key comes from, and what it hides."},
      {"prefect-config explain", "Which credentials would be sent on each connection."},
      {"prefect-config lint .", "Wrong or leaked credentials in the files of this folder."}}},
    {"view",
     {"Prints what `prefect config view` prints, with the file and the line of each value."},
     {{"prefect-config view --show-defaults", "Settings that nothing sets, too."},
      {"prefect-config view -o prefect --prefect-version 3.8.8",
       "Byte for byte what that release prints."},
      {"prefect-config view --from compose.yaml#worker", "The settings of a compose service."}}},
    {"why",
     {"Shows the ladder of one setting: what wins, what it hides, what is refused and why, and "
      "what "
      "a computed value was made from."},
     {{"prefect-config why PREFECT_API_URL", "Where the URL comes from."},
      {"prefect-config why api.key -o json", "The same for a program."}}},
    {"explain",
     {"Shows for each connection what a process with these settings would send, by which rule, and "
      "which credentials are set and not used."},
     {{"prefect-config explain", "All connections."},
      {"prefect-config explain --surface events-in", "One connection in full."},
      {"prefect-config explain --as flow-run", "What a worker hands on to its flow runs."}}},
    {"lint",
     {"Looks into compose files, Kubernetes manifests, Helm values, workflows, Dockerfiles, units, "
      "scripts and Prefect's own files for launches that would not work, and into every text for "
      "secrets. Files that .gitignore names are passed over.",
      "A project's policy is in .prefect-config.yaml."},
     {{"prefect-config lint .", "This folder."},
      {"prefect-config lint --diff --unsafe .", "What --fix --unsafe would change."},
      {"prefect-config lint -o sarif=report.sarif --fail-on never .",
       "A report for a code scanner, and the text on stdout."}}},
    {"doctor",
     {"Says what is wrong with this launch, the most severe first, and what to type next. With "
      "--probe it opens the connections that a worker would open, and names what refuses: name, "
      "proxy, TLS, what stands before the server, or the server."},
     {{"prefect-config doctor", "What is wrong, from the settings alone."},
      {"prefect-config doctor --fail-on error", "For a start script: status 1 only for errors."}}},
    {"diff",
     {"Compares settings, connections and credentials of two sides: profiles, documents that "
      "`explain -o json` printed, or two releases. Exit status 1 means that they differ."},
     {{"prefect-config diff prod staging", "Two profiles."},
      {"prefect-config diff --prefect-version 3.4.0..3.8.8", "What an upgrade changes here."}}},
    {"profile",
     {"Lists and edits profiles.toml. Edits keep every comment, are checked before they are saved, "
      "and replace the file at once.",
      "With --cloud or --url a profile is made for a workspace or a server, which is asked before "
      "anything is saved; the secret comes on standard input."},
     {{"prefect-config profile ls", "All profiles; the active one is marked."},
      {"prefect-config profile inspect staging", "What a profile sets."},
      {"prefect-config profile create copy --from staging", "A new one with the same settings."},
      {"prefect-config profile use staging", "Use it from now on."}}},
    {"set",
     {"Writes settings into the profile in force. A value that Prefect would refuse is not "
      "written. Secrets come on standard input, or are asked for without echo."},
     {{"prefect-config set PREFECT_LOGGING_LEVEL=DEBUG", "One setting."},
      {"prefect-config set PREFECT_API_AUTH_STRING --stdin < secret.txt", "A secret."}}},
    {"unset",
     {"Takes settings out of the profile in force, under whichever name they stand there."},
     {{"prefect-config unset PREFECT_API_URL", "One setting."}}},
    {"validate",
     {"Exit status 0 where Prefect takes the settings, 1 where it would refuse them."},
     {{"prefect-config validate", "The profile in force."}}},
    {"env",
     {"Prints a profile's settings, and its secrets with --show-secrets, quoted for the format."},
     {{"prefect-config env --profile staging", "Lines for sh."},
      {"prefect-config env -f json --profile staging", "For a program."}}},
    {"exec",
     {"Runs a command in whose environment the settings of a profile are. The command's exit "
      "status is handed on; 126 and 127 are those of a shell: it cannot be started, it is not "
      "there."},
     {{"prefect-config exec --profile staging -- env", "Any program."}}},
    {"rules",
     {"Prints the table of rules; with a CODE the page of one, and with --search the rules that a "
      "line of Prefect's own output is about. Nothing is looked up elsewhere."},
     {{"prefect-config rules PC202", "One rule."},
      {"prefect-config rules --search \"HTTP 403\"", "What could be behind a message."}}},
    {"settings",
     {"Prints the settings of a Prefect release; with a NAME all that is known of one: its names, "
      "type, default, and since when it is there."},
     {{"prefect-config settings api.key", "One setting."},
      {"prefect-config settings server.database --prefect-version 3.4.19", "A group."}}},
    {"shell-init",
     {"Prints a script for the shell's own start-up file: completion, and a function for the "
      "prompt. Packages install the completion by itself."},
     {{"prefect-config shell-init bash", "For ~/.bashrc: eval \"$(prefect-config shell-init "
                                         "bash)\""}}},
    {"prompt",
     {"Prints the profile in force, its target, and ! where doctor knows more. The function that "
      "shell-init defines calls it."},
     {{"prefect-config prompt", "One line."}}},
};

const std::vector<Named> kVariables = {
    {"PREFECT_*", "Prefect's own settings; what they mean depends on the release."},
    {"HOME", "What ~ stands for; --home says another folder."},
    {"VIRTUAL_ENV, PATH", "Where the installed Prefect is looked for, whose release answers."},
    {"PREFECT_CONFIG_FINGERPRINT_KEY",
     "A text that people share so that their fingerprints of secrets are the same."},
    {"XDG_CONFIG_HOME, XDG_STATE_HOME", "Where the files below stand."},
};

const std::vector<Named> kFiles = {
    {"~/.prefect/profiles.toml", "Prefect's profiles; PREFECT_HOME or PREFECT_PROFILES_PATH name "
                                 "another one."},
    {".env, prefect.toml, pyproject.toml", "Prefect's settings of the working directory."},
    {".prefect-config.yaml", "A project's policy for lint."},
    {"~/.config/prefect-config/", "The key of the fingerprints, made once."},
    {"~/.local/state/prefect-config/", "Which profile was in force before, for profile use -."},
};

}  // namespace

const Manual* manual_of(std::string_view command) {
  const auto found = std::find_if(kManuals.begin(), kManuals.end(),
                                  [&](const Manual& manual) { return manual.command == command; });
  return found == kManuals.end() ? nullptr : &*found;
}

const std::vector<Named>& manual_variables() { return kVariables; }
const std::vector<Named>& manual_files() { return kFiles; }

}  // namespace prefect_config::tool
