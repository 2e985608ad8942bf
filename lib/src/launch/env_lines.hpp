// Lines `NAME=value` of an env file, and which variables are worth keeping.
//
// What it is not: python-dotenv (adapters/dotenv.hpp), which reads the `.env` of a working folder.
// These are the files that Docker, systemd and shells are given, and texts that a script writes
// into such files.
//
// To add a dialect: an enumerator and its lines in `read_env_lines`.
#pragma once

#include "launch/placed_text.hpp"
#include "launch/written.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

enum class EnvDialect : std::uint8_t {
  shell,    ///< also with `export `; quotes go, ` #` begins a comment, `$NAME` is unknown
  docker,   ///< `docker run --env-file`: everything behind the `=` is the value
  systemd,  ///< `EnvironmentFile=`: quotes go, `$` and `#` are text
};

/// What becomes of a text with a line that is none of an env file.
enum class BadLines : std::uint8_t {
  refused,      ///< nothing of it is taken: it may be something else
  passed_over,  ///< that line; and `NAME = value` is one, as for python-dotenv
};

/// Whether a variable says something of Prefect: its names, those of proxies and certificates, and
/// any name whose value looks like a key of Prefect Cloud.
bool is_wanted_variable(std::string_view name, std::string_view value);

/// The variables of an env file that are wanted, in `file`, added to `variables`. False where a
/// line is none of an env file and that is refused: then nothing is added.
bool read_env_lines(const PlacedText& placed, const std::string& file, EnvDialect dialect,
                    std::vector<WrittenVariable>& variables,
                    BadLines bad_lines = BadLines::refused);

}  // namespace prefect_config
