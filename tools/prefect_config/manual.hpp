// What the manual pages say beyond the options: a text and examples for each command, and what
// every page has. Data only; man_pages.cpp makes pages of it.
//
// What it is not: the help. That one is short, and stands with each command.
//
// To add a command: its row in manual.cpp. A test runs every example, with the home that
// tests/docs/check_manual.py makes.
#pragma once

#include <string_view>
#include <vector>

namespace prefect_config::tool {

struct Example {
  const char* line;  ///< as it is typed
  const char* says;
};

struct Manual {
  const char* command;  ///< empty: the program itself
  std::vector<const char*> paragraphs;
  std::vector<Example> examples;
};

/// What is read besides the command line.
struct Named {
  const char* name;
  const char* says;
};

/// Null where there is none.
const Manual* manual_of(std::string_view command);

const std::vector<Named>& manual_variables();
const std::vector<Named>& manual_files();

}  // namespace prefect_config::tool
