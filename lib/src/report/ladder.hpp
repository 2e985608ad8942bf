// One setting's ladder: every value offered for it, from what is refused over the one that counts
// down to the default. It is the engine's own record, in words.
//
// What it is not: a layout. `why` prints it in columns, pages as steps.
//
// To add a kind of rung: a `Standing`, its place in ladder.cpp, its class in
// report/html/report.css.
#pragma once

#include <prefect_config/report.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// What became of a value.
enum class Standing : std::uint8_t { refused, wins, merged, hidden, unused_default };

/// `wins`, `hidden`, ...: a word for people, which is also a name for programs.
std::string_view standing_name(Standing standing);

/// One rung. Its texts are printable, with secrets masked unless they are asked for.
struct Rung {
  Standing standing = Standing::hidden;
  std::string source;  ///< `env`, `profile prod`, `default`
  std::string place;   ///< file and line, or the variable; empty where there is none
  std::string value;
  std::string note;
};

std::vector<Rung> ladder_of(const Inspection& inspection, const Resolved& resolved,
                            Disclosure secrets);

/// One setting or variable that a computed value was made from.
struct Input {
  std::string name;
  std::string value;
  std::string from;  ///< `profile prod, ~/.prefect/profiles.toml:8`; empty for a default
};

std::vector<Input> inputs_of(const Inspection& inspection, const Resolved& resolved,
                             Disclosure secrets);

/// One key of a mapping that several sources make.
struct KeyOrigin {
  std::string name;
  std::string source;
  std::string place;
};

/// Empty where one source gives the whole mapping.
std::vector<KeyOrigin> key_origins(const Inspection& inspection, const Resolved& resolved,
                                   Disclosure secrets);

}  // namespace prefect_config
