#include "launch/written.hpp"

#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {

namespace {

bool is_word_character(char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; }

// Whether the words stand one after the other somewhere in a line, `prefect worker start`, with
// options of `prefect` itself between them or not.
bool has_words(std::string_view line, std::string_view first, std::string_view second) {
  for (std::size_t at = line.find(first); at != std::string_view::npos;
       at = line.find(first, at + 1)) {
    const auto end = at + first.size();
    const bool is_word = (at == 0 || !is_word_character(line[at - 1])) &&
                         (end == line.size() || !is_word_character(line[end]));
    if (!is_word) continue;
    auto rest = line.substr(end);
    rest = rest.substr(std::min(rest.find_first_not_of(" \t\"',]["), rest.size()));
    if (starts_with(rest, second) &&
        (rest.size() == second.size() || !is_word_character(rest[second.size()])))
      return true;
  }
  return false;
}

}  // namespace

WrittenRole role_of(std::string_view command) {
  if (has_words(command, "server", "start") || has_words(command, "orion", "start") ||
      has_words(command, "server", "services"))
    return WrittenRole::server;
  if (has_words(command, "worker", "start") || has_words(command, "agent", "start"))
    return WrittenRole::worker;
  return command.find("prefect") != std::string_view::npos ? WrittenRole::client
                                                           : WrittenRole::unknown;
}

bool is_prefect_variable(std::string_view name) {
  return starts_with_ignoring_case(name, "PREFECT_");
}

}  // namespace prefect_config
