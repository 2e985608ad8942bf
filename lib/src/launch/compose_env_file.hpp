// Files that `env_file` names, and the `.env` beside a compose file, as compose-go 2.4 reads them.
//
// What it is not: python-dotenv (adapters/dotenv.hpp), whose quotes, comments and escapes differ,
// nor systemd's or a shell's reading.
//
// To add a format: its reader in compose_env_file.cpp, its word in `read_env_file`.
#pragma once

#include "launch/compose_text.hpp"
#include "launch/written.hpp"
#include "launch/yaml_values.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

struct EnvFileEntry {
  std::string name;
  std::string text;        ///< without quotes and escapes, before `${…}` is filled in
  bool has_value = false;  ///< else the shell's value is passed on
  bool expands = false;    ///< `${…}` in it is filled in
  ByteSpan name_at;
  ByteSpan value_at;
};

struct EnvFile {
  std::vector<EnvFileEntry> entries;
  std::size_t bad_line = 0;  ///< Compose refuses the file there; 0: it does not
};

/// `is_raw` is `format: raw`: every value stands there as the process gets it.
EnvFile read_env_file(std::string_view text, bool is_raw);

/// What a process gets of a file at `path`: `${…}` in it stands for what `lookup` knows, else for
/// an earlier line of the file. What only the shell could say is opaque.
std::vector<WrittenVariable> env_file_variables(const EnvFile& file, const std::string& path,
                                                const ComposeLookup& lookup, WrittenBudget& budget);

}  // namespace prefect_config
