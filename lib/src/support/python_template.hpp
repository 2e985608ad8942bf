/// \file
/// Python's `string.Template`: `$NAME`, `${NAME}` and `$$`.
///
/// What it is not: a shell's expansion. There are no defaults and no commands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// The value of a name; nothing where the template must not use it.
using TemplateValues = std::function<std::optional<std::string>(std::string_view)>;

struct Substituted {
  std::string text;
  /// False where a `$` stands for nothing known (it stays as it is), and where the text grew beyond
  /// 1 MiB and was cut.
  bool complete = true;
};

Substituted substitute(std::string_view text, const TemplateValues& values);

}  // namespace prefect_config
