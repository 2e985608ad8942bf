#include "support/passwd.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace prefect_config {
namespace {

enum Field : std::size_t { name_field = 0, id_field = 2, home_field = 5, fields = 7 };
using Entry = std::array<std::string_view, fields>;

Entry split(std::string_view line) {
  Entry entry;
  for (auto& field : entry) {
    field = line.substr(0, line.find(':'));
    line.remove_prefix(std::min(line.size(), field.size() + 1));
  }
  return entry;
}

template <class Matches>
std::optional<std::string> find_home(std::string_view passwd, Matches matches) {
  while (!passwd.empty()) {
    const auto line = passwd.substr(0, passwd.find('\n'));
    passwd.remove_prefix(std::min(passwd.size(), line.size() + 1));
    const auto entry = split(line);
    if (matches(entry)) return std::string(entry[home_field]);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> home_of_user(std::string_view passwd, std::string_view name) {
  return find_home(passwd, [&](const Entry& entry) { return entry[name_field] == name; });
}

std::optional<std::string> home_of_user(std::string_view passwd, unsigned id) {
  return find_home(passwd, [&](const Entry& entry) {
    const auto text = entry[id_field];
    unsigned found = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), found);
    return parsed.ec == std::errc() && found == id;
  });
}

}  // namespace prefect_config
