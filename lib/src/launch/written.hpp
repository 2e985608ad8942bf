// Launches as files write them: which process is started, with which variables, by which command.
//
// What it is not: a Launch, and no judgement. A reader says what stands there and where; a Launch
// is made of it when the engine is asked (lint/launches.hpp).
//
// To add a kind of file: a reader pair `launch/NAME.{hpp,cpp}` that fills `WrittenLaunches`, its
// line in launch/readers.cpp, its tests in tests/unit/launch, and a fuzz target.
#pragma once

#include <prefect_config/launch.hpp>

#include "support/byte_span.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// How a variable is written, where that decides what becomes of it.
enum class WrittenForm : std::uint8_t {
  assignment,   ///< `NAME: value` in a mapping, `NAME=value` in an env file: the process gets it
  list_item,    ///< `- NAME=value` of a compose list: quotes inside stay
  exported,     ///< `export NAME=value`, or `NAME=value command`
  local,        ///< `NAME=value` of a shell that exports nothing: the process does not get it
  image_env,    ///< Dockerfile `ENV`: baked into the image
  image_arg,    ///< Dockerfile `ARG`: seen in the image's history
  config_set,   ///< `prefect config set NAME=value`: goes into the profile
  option,       ///< an option of a command that stands for it: `prefect cloud login --key …`
  secret_data,  ///< `data` of a Kubernetes Secret: base64, `value` is decoded
};

struct WrittenVariable {
  std::string name;   ///< exactly as spelled
  std::string value;  ///< as the process gets it; where it is opaque, what stands there instead
  /// Set, and not readable here: a secret's reference, a template, a variable of another system.
  /// `value` then says what stands there, and is never taken for a value.
  bool is_opaque = false;
  WrittenForm form = WrittenForm::assignment;
  std::string file;   ///< the file it stands in, as its reader was given it
  ByteSpan name_at;   ///< in the text of that file
  ByteSpan value_at;  ///< with its quotes; empty where there is no text of the value
};

/// A command line that the launch runs, as a shell would read it.
struct WrittenCommand {
  std::string text;
  ByteSpan at;  ///< in the launch's file
};

/// What kind of Prefect process it is, as far as its command says so.
enum class WrittenRole : std::uint8_t { unknown, server, worker, client };

struct WrittenLaunch {
  std::string kind;  ///< for people: `compose service`, `container`, `job step`, `unit`, `env file`
  std::string name;  ///< what selects it in its file: `worker`, `deployment/worker/prefect`
  std::string file;
  ByteSpan at;                             ///< where it begins: its name or header
  std::vector<WrittenVariable> variables;  ///< in the order in which they count: a later one wins
  std::vector<WrittenCommand> commands;
  std::string image;  ///< `prefecthq/prefect:3.8.6-python3.12`; empty where there is none
  ByteSpan image_at;
  WrittenRole role = WrittenRole::unknown;
  bool is_container = false;
  /// Its loopback is not its own: the machine's, or that of other containers.
  bool shares_network = false;
  /// More variables come from where we do not see: a secret store, an env file that is not there.
  bool is_open = false;
  /// Hosts that the same file makes: compose services, Kubernetes Services.
  std::vector<std::string> hosts;
};

/// A secret-like value that stands in a file and is no launch's: `stringData` nobody refers to, a
/// chart's `authString`; or what refers to a block of Prefect's that holds one, opaque.
struct WrittenSetting {
  std::string path;  ///< `server.basicAuth.authString`
  WrittenVariable variable;
};

/// What one of Prefect's Helm charts is given, by path: `worker.apiConfig`. A mapping is opaque and
/// empty, and stands before what is in it; lists are not among them.
struct WrittenChart {
  std::string prefix;  ///< `prefect-worker.` of a chart in a chart
  std::vector<WrittenSetting> values;
  std::string version;  ///< of the chart, where `Chart.yaml` beside the values says so
};

/// What a file holds.
struct WrittenLaunches {
  std::string kind;  ///< of the file: `compose`, `kubernetes`, `workflow`, …; empty: none known
  std::vector<WrittenLaunch> launches;
  std::vector<WrittenSetting> settings;
  std::vector<WrittenChart> charts;
  std::string release;             ///< of Prefect, that prefect.yaml says it is for
  std::vector<std::string> notes;  ///< what was not read, for people; never with a value
};

/// A file as a reader gets it.
struct WrittenFile {
  std::string path;  ///< for places, and to find files named in it: relative to the run's folder
  std::string_view text;  ///< UTF-8
  /// Another file by its path, relative to the folder of this one; nothing where it is not there.
  std::function<std::shared_ptr<const std::string>(const std::string& path)> sibling = {};
};

/// The role that a command line gives: `prefect server start`, `prefect worker start`, …
WrittenRole role_of(std::string_view command);

/// Whether a name is Prefect's: `PREFECT_…` in any case, without a letter before it.
bool is_prefect_variable(std::string_view name);

}  // namespace prefect_config
