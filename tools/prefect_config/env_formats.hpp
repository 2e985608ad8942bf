// Variables as other programs read them, quoted so that no value can be anything but a value.
//
// To add one: a row in env_formats.cpp, and a test that has the program itself read it
// (tests/profiles/read_env.py).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config::tool {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// `sh`, `fish`, ...
std::vector<std::string> env_formats();

/// What was written, and why variables are missing from it.
struct EnvText {
  std::string text;
  std::vector<std::string> left_out = {};  ///< `NAME: REASON`; never with the value in it
};

EnvText env_text(std::string_view format, const Variables& variables);

}  // namespace prefect_config::tool
