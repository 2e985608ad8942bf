#include "launch/env_lines.hpp"

#include "launch/shell_words.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace prefect_config {
namespace {

constexpr auto kNone = std::string_view::npos;

// `pnu_…` and `pnb_…`, where a word begins.
bool holds_key(std::string_view value) {
  for (auto at = value.find("pn"); at != kNone; at = value.find("pn", at + 1)) {
    const auto rest = value.substr(at);
    if ((at == 0 || !is_letter_or_digit(value[at - 1])) &&
        (starts_with(rest, "pnu_") || starts_with(rest, "pnb_")))
      return true;
  }
  return false;
}

bool has_reference(std::string_view value) {
  for (auto at = value.find('$'); at != kNone; at = value.find('$', at + 1)) {
    const char next = at + 1 < value.size() ? value[at + 1] : '\0';
    if (next == '{' || next == '(' || next == '_' || is_letter_or_digit(next)) return true;
  }
  return false;
}

struct Value {
  std::size_t begin;  // of the text, without quotes
  std::size_t end;
  bool is_literal = false;  // in single quotes
  std::size_t written_begin = 0;
  std::size_t written_end = 0;
};

Value value_in(std::string_view text, std::size_t begin, std::size_t end, EnvDialect dialect) {
  if (dialect == EnvDialect::docker) return {begin, end, true, begin, end};
  while (begin < end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  const char quote = begin < end ? text[begin] : '\0';
  if (quote == '"' || quote == '\'') {
    const auto close = text.find(quote, begin + 1);
    if (close < end) return {begin + 1, close, quote == '\'', begin, close + 1};
  }
  if (dialect == EnvDialect::shell) {
    const auto comment = text.substr(0, end).find(" #", begin);
    end = std::min(comment, end);
    while (end > begin && text[end - 1] == ' ') --end;
  }
  return {begin, end, dialect == EnvDialect::systemd, begin, end};
}

}  // namespace

bool is_wanted_variable(std::string_view name, std::string_view value) {
  constexpr std::string_view kNames[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY",
                                         "HTTPS_PROXY",   "ALL_PROXY",    "NO_PROXY"};
  return is_prefect_variable(name) ||
         std::any_of(std::begin(kNames), std::end(kNames),
                     [&](auto known) { return equal_ignoring_case(name, known); }) ||
         holds_key(value);
}

bool read_env_lines(const PlacedText& placed, const std::string& file, EnvDialect dialect,
                    std::vector<WrittenVariable>& variables, BadLines bad_lines) {
  const std::string_view text = placed.text();
  std::vector<WrittenVariable> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto line = line_at(text, at);
    at = line.next;
    auto begin = line.begin;
    while (begin < line.end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
    const bool is_comment = begin < line.end && (text[begin] == '#' || text[begin] == ';');
    if (begin == line.end || is_comment) continue;
    constexpr std::string_view kExport = "export ";
    if (dialect == EnvDialect::shell && starts_with(text.substr(begin), kExport))
      begin += kExport.size();
    const auto sign = text.substr(0, line.end).find('=', begin);
    if (sign == kNone && dialect == EnvDialect::docker) continue;  // taken from the caller
    auto name_end = sign;
    // python-dotenv takes blanks before the sign.
    while (bad_lines == BadLines::passed_over && name_end != kNone && name_end > begin &&
           text[name_end - 1] == ' ')
      --name_end;
    if (sign == kNone || !is_variable_name(text.substr(begin, name_end - begin))) {
      if (bad_lines == BadLines::passed_over) continue;
      return false;
    }
    const auto value = value_in(text, sign + 1, line.end, dialect);
    WrittenVariable variable;
    variable.name = std::string(text.substr(begin, name_end - begin));
    variable.value = std::string(text.substr(value.begin, value.end - value.begin));
    if (!is_wanted_variable(variable.name, variable.value)) continue;
    variable.is_opaque = placed.is_unknown(value.written_begin, value.written_end) ||
                         (!value.is_literal && has_reference(variable.value));
    variable.file = file;
    variable.name_at = placed.place(begin, name_end);
    variable.value_at = placed.place(value.written_begin, value.written_end);
    found.push_back(std::move(variable));
  }
  std::move(found.begin(), found.end(), std::back_inserter(variables));
  return true;
}

}  // namespace prefect_config
