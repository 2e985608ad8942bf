// Files of a reader's test, and what it found as lines that are easy to compare.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prefect_config::testing {

using Texts = std::vector<std::string>;

inline YamlDocument document_of(const std::string& text) { return read_yaml(text, 0, text.size()); }

struct TestFile {
  std::string path;
  std::string text;
  std::map<std::string, std::string> siblings = {};

  WrittenFile written() const {
    return {path, text, [this](const std::string& name) {
              const auto found = siblings.find(name);
              return found == siblings.end() ? nullptr
                                             : std::make_shared<const std::string>(found->second);
            }};
  }

  std::string at(ByteSpan span) const {
    return span.end > text.size() ? "outside" : std::string(span.of(text));
  }

  /// `NAME=value` and ` ?` where it is opaque, ` FORM`, then what stands at its places where that
  /// is this file.
  std::string line(const WrittenVariable& variable) const {
    static const std::vector<std::string> kForms = {
        "assignment", "list", "exported", "local", "image", "arg", "set", "option", "secret"};
    auto result = variable.name + '=' + variable.value + (variable.is_opaque ? " ?" : "") + ' ' +
                  kForms[static_cast<std::size_t>(variable.form)];
    if (variable.file != path) return result + " in " + variable.file;
    return result + " |" + at(variable.name_at) + '|' + at(variable.value_at) + '|';
  }

  std::vector<std::string> lines(const WrittenLaunch& launch) const {
    std::vector<std::string> result;
    for (const auto& variable : launch.variables) result.push_back(line(variable));
    return result;
  }

  std::vector<std::string> commands(const WrittenLaunch& launch) const {
    std::vector<std::string> result;
    for (const auto& command : launch.commands) result.push_back(command.text);
    return result;
  }
};

}  // namespace prefect_config::testing
