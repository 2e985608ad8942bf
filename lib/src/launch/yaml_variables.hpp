// Variables as YAML files write them: mappings of names, and lists of `name`/`value`.
//
// What it is not: a reader of one kind of file; each of those says which values it cannot read.
//
// To add a way to write them: a function here.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// Whether a text as it stands is no value: a template, a reference.
using IsTemplate = bool (*)(std::string_view value);

struct YamlVariables {
  const WrittenFile& file;
  const YamlDocument& document;
  IsTemplate is_template;

  /// One variable, wanted or not.
  WrittenVariable variable(YamlId name, YamlId value) const;
  /// A mapping `NAME: value`; what is not wanted is left out.
  void add_mapping(const YamlNode& mapping, std::vector<WrittenVariable>& variables) const;
  /// A mapping, or a list of `{name: …, value: …}`.
  void add(const YamlNode& node, std::vector<WrittenVariable>& variables) const;

  /// A scalar's text, and where it stands, into `text` and `at`; nothing of other nodes.
  void take_scalar(const YamlNode& node, std::string& text, ByteSpan& at) const;
};

/// `${{ … }}`, `{{ … }}`, `<<…>>` of a masked template, `$NAME`, `${NAME}`.
bool has_yaml_template(std::string_view value);

}  // namespace prefect_config
