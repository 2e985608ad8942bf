#include "env_formats.hpp"

#include <prefect_config/value.hpp>

#include "support/digest.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>

namespace prefect_config::tool {
namespace {

using Line = std::string (*)(const std::string& name, const std::string& value);

std::string sh(const std::string& name, const std::string& value) {
  return "export " + name + '=' + shell_quoted(value) + '\n';
}

std::string fish(const std::string& name, const std::string& value) {
  return "set -gx " + name + " '" + replace_all(replace_all(value, "\\", "\\\\"), "'", "\\'") +
         "'\n";
}

std::string before_each(std::string text, std::initializer_list<std::string_view> signs,
                        std::string_view escape) {
  for (const auto sign : signs)
    text = replace_all(text, sign, std::string(escape) + std::string(sign));
  return text;
}

// One line each, whatever the value: `| Invoke-Expression` runs line by line. Typographic quotes
// end its texts too.
std::string powershell(const std::string& name, const std::string& value) {
  const auto begin = "$env:" + name + " = ";
  if (value.find_first_of("\r\n") == std::string::npos) {
    auto quoted = value;
    for (const std::string_view quote :
         {"'", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9A", "\xE2\x80\x9B"})
      quoted = replace_all(quoted, quote, std::string(quote) + std::string(quote));
    return begin + '\'' + quoted + "'\n";
  }
  auto quoted =
      before_each(value, {"`", "$", "\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E"}, "`");
  quoted = replace_all(replace_all(quoted, "\r", "`r"), "\n", "`n");
  return begin + '"' + quoted + "\"\n";
}

// As python-dotenv and pydantic-settings read it.
std::string dotenv(const std::string& name, const std::string& value) {
  return name + "='" + replace_all(replace_all(value, "\\", "\\\\"), "'", "\\'") + "'\n";
}

// $GITHUB_ENV: the end of a value is a line that nobody can guess.
std::string github(const std::string& name, const std::string& value) {
  constexpr std::size_t kBytes = 16;
  const auto end = "end-" + random_hex(kBytes);
  return name + "<<" + end + '\n' + value + '\n' + end + '\n';
}

// `docker run --env-file`: what stands behind `=` is the value, to the end of the line.
std::string docker(const std::string& name, const std::string& value) {
  return name + '=' + value + '\n';
}

// Why a format has no way to write a value; empty where it has one.
std::string_view sure(std::string_view) { return {}; }

std::string_view not_in_dotenv(std::string_view value) {
  if (value.find("${") != std::string_view::npos)
    return "readers of .env put another variable in the place of ${...}";
  if (value.find('\r') != std::string_view::npos) return "a carriage return is read as a line end";
  // Before python-dotenv 1.2.3 it takes the quote behind it for a part of the value.
  return ends_with(value, "\\") ? "it ends in a backslash" : "";
}

std::string_view not_in_github(std::string_view value) {
  return value.find('\r') != std::string_view::npos ? "a carriage return is read as a line end"
                                                    : "";
}

std::string_view not_in_docker(std::string_view value) {
  // docker/cli reads its files with a scanner of 64 KiB a line, the name included.
  constexpr std::size_t kLongest = 60000;
  if (value.size() > kLongest) return "docker takes no line of this length";
  return value.find_first_of("\r\n") != std::string_view::npos
             ? "a line end cannot be written in an env file of docker"
             : "";
}

struct Format {
  const char* name;
  Line line;
  std::string_view (*cannot)(std::string_view value);
};

constexpr Format kFormats[] = {
    {"sh", sh, sure},
    {"fish", fish, sure},
    {"powershell", powershell, sure},
    {"dotenv", dotenv, not_in_dotenv},
    {"json", nullptr, sure},
    {"github", github, not_in_github},
    {"docker", docker, not_in_docker},
};

std::string json(const Variables& variables) {
  std::string text = "{";
  for (const auto& [name, value] : variables) {
    text += text.size() > 1 ? ",\n  " : "\n  ";
    text += json_string(name);
    text += ": ";
    text += json_string(value);
  }
  return text + (text.size() > 1 ? "\n}\n" : "}\n");
}

}  // namespace

std::vector<std::string> env_formats() {
  std::vector<std::string> names;
  for (const auto& format : kFormats) names.emplace_back(format.name);
  return names;
}

EnvText env_text(std::string_view format, const Variables& variables) {
  const auto* row = std::find_if(std::begin(kFormats), std::end(kFormats),
                                 [format](const Format& f) { return f.name == format; });
  if (!row->line) return {json(variables)};
  EnvText result;
  for (const auto& [name, value] : variables) {
    const auto why = value.find('\0') != std::string::npos ? "a NUL can be in no environment"
                                                           : row->cannot(value);
    if (!why.empty()) {
      result.left_out.push_back(name + ": " + std::string(why));
    } else {
      result.text += row->line(name, value);
    }
  }
  return result;
}

}  // namespace prefect_config::tool
