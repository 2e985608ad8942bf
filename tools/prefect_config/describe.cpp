#include "describe.hpp"

#include "describe_credentials.hpp"
#include "manual.hpp"
#include "report/json_writer.hpp"

#include <memory>
#include <string>

namespace prefect_config::tool {
namespace {

const char* word_of(WordKind kind) {
  switch (kind) {
  case WordKind::text:
    return "text";
  case WordKind::profile:
    return "profile";
  case WordKind::setting:
    return "setting";
  case WordKind::assignment:
    return "assignment";
  case WordKind::profile_setting:
    return "profile-setting";
  case WordKind::release:
    return "release";
  case WordKind::folder:
    return "folder";
  case WordKind::program:
    return "program";
  case WordKind::profile_or_file:
    return "profile-or-file";
  case WordKind::file:
    return "file";
  case WordKind::rule:
    return "rule";
  }
  return "text";
}

void write_texts(JsonWriter& json, const char* key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
}

void write_flag(JsonWriter& json, const std::string& names, const std::string& opposite,
                const std::string& help) {
  json.begin_object();
  write_texts(json, "names", names_of(names));
  json.key("opposite");
  opposite.empty() ? json.null() : json.value(opposite);
  json.key("help").value(help);
  json.end_object();
}

// An option has names and takes a value; an argument is named by what it takes.
void write_value(JsonWriter& json, const ValueOption& value) {
  json.begin_object();
  if (is_argument(value)) {
    json.key("name").value(value.type_name);
  } else {
    write_texts(json, "names", names_of(value.names));
    json.key("value").value(value.type_name);
  }
  json.key("help").value(value.help);
  write_texts(json, "choices", value.choices);
  json.key("repeatable").value(value.list != nullptr);
  json.key("required").value(value.required);
  json.key("completes").value(word_of(value.completes));
  json.end_object();
}

void write_values(JsonWriter& json, const char* key, const Command& command, bool arguments) {
  json.key(key).begin_array();
  for (const auto& value : command.values) {
    if (is_argument(value) == arguments) write_value(json, value);
  }
  json.end_array();
}

void write_flags(JsonWriter& json, const Command& command, bool with_own = false) {
  json.key("flags").begin_array();
  for (const auto& flag : command.flags) write_flag(json, flag.names, flag.opposite, flag.help);
  if (with_own) {
    for (const auto& own : {kHelpFlag, kVersionFlag}) write_flag(json, own.names, {}, own.help);
  }
  json.end_array();
}

void write_examples(JsonWriter& json, const std::string& command) {
  json.key("examples").begin_array();
  if (const auto* manual = manual_of(command)) {
    for (const auto& example : manual->examples) {
      json.begin_object();
      json.key("line").value(example.line);
      json.key("says").value(example.says);
      json.end_object();
    }
  }
  json.end_array();
}

void write_command(JsonWriter& json, const Command& command) {
  json.begin_object();
  json.key("name").value(command.name);
  json.key("help").value(command.help);
  json.key("usage").value(usage_of(command));
  write_flags(json, command);
  write_values(json, "options", command, false);
  write_values(json, "arguments", command, true);
  write_examples(json, command.name);
  json.end_object();
}

std::string description(const std::vector<Command>& commands) {
  GlobalOptions nowhere;
  const auto global = global_options(nowhere);
  // Nothing here comes from outside.
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  json.key("schema").value("prefect-config/describe/v1");
  json.key("program").value("prefect-config");
  json.key("version").value(PREFECT_CONFIG_VERSION);
  json.key("about").value(kAbout);
  write_values(json, "options", global, false);
  write_flags(json, global, true);
  json.key("commands").begin_array();
  for (const auto& command : commands) {
    if (!command.is_hidden) write_command(json, command);
  }
  json.end_array();
  write_examples(json, {});
  json.key("exit_statuses").begin_array();
  for (const auto& row : kStatusMeanings) {
    json.begin_object();
    json.key("status").value(static_cast<std::uint32_t>(row.status));
    json.key("meaning").value(row.meaning);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace

Command describe_command(const std::vector<Command>& commands) {
  Command command;
  command.name = "__describe";
  command.help = "The command line as JSON";
  command.is_hidden = true;
  const auto what = std::make_shared<std::string>("commands");
  command.values = {{.names = "what",
                     .type_name = "WHAT",
                     .help = "The command line, or the rules for credentials",
                     .target = what.get(),
                     .choices = {"commands", "credentials"}}};
  command.run = [&commands, what](const Context&) -> Outcome {
    return {
        *what == "credentials" ? describe_credentials() : description(commands), {}, status_fine};
  };
  return command;
}

}  // namespace prefect_config::tool
