#include "adapters/toml.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <utility>

// toml++ is compiled header-only into this one file, so that the program needs no shared library at
// start. Its assertions fire on some malformed texts (`[[[` in 3.3.0), and with NDEBUG they become
// assumptions, that is undefined behaviour. Here a failed one is an exception, caught below and
// reported as malformed text.
namespace {
struct TomlAssertion : std::logic_error {
  TomlAssertion() : std::logic_error("malformed") {}
};
constexpr void toml_check(bool holds) {
  if (!holds) throw TomlAssertion();
}
}  // namespace

#ifdef NDEBUG
#undef NDEBUG
#define PREFECT_CONFIG_RESTORE_NDEBUG
#endif
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ASSERT(expression) toml_check(static_cast<bool>(expression))
#include <toml++/toml.h>
#ifdef PREFECT_CONFIG_RESTORE_NDEBUG
#define NDEBUG
#undef PREFECT_CONFIG_RESTORE_NDEBUG
#endif

namespace prefect_config {
namespace {

Span span_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column, region.end.line, region.end.column};
}

std::string date_text(const toml::date& date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", date.year, date.month, date.day);
  return text;
}

// Python's str() of a time: microseconds, and only where there are any.
std::string time_text(const toml::time& time) {
  char text[32];
  const unsigned microseconds = time.nanosecond / 1000;
  if (microseconds != 0) {
    std::snprintf(text, sizeof text, "%02u:%02u:%02u.%06u", time.hour, time.minute, time.second,
                  microseconds);
  } else {
    std::snprintf(text, sizeof text, "%02u:%02u:%02u", time.hour, time.minute, time.second);
  }
  return text;
}

std::string offset_text(const toml::time_offset& offset) {
  char text[16];
  const int minutes = offset.minutes < 0 ? -offset.minutes : offset.minutes;
  std::snprintf(text, sizeof text, "%c%02d:%02d", offset.minutes < 0 ? '-' : '+', minutes / 60,
                minutes % 60);
  return text;
}

std::string date_time_text(const toml::date_time& moment) {
  std::string text = date_text(moment.date) + ' ' + time_text(moment.time);
  if (moment.offset) text += offset_text(*moment.offset);
  return text;
}

Value scalar_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return std::string(text->get());
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* date = node.as_date()) return Moment{date_text(date->get())};
  if (const auto* time = node.as_time()) return Moment{time_text(time->get())};
  if (const auto* moment = node.as_date_time()) return Moment{date_time_text(moment->get())};
  return {};
}

// By position, because toml++ sorts tables by key.
bool starts_before(const TomlEntry& a, const TomlEntry& b) {
  return std::pair(a.key_span.line, a.key_span.column) <
         std::pair(b.key_span.line, b.key_span.column);
}

TomlNode node_of(const toml::node& node) {
  TomlNode result;
  result.span = span_of(node.source());
  if (const auto* table = node.as_table()) {
    result.kind = TomlNode::Kind::table;
    result.entries.reserve(table->size());
    for (const auto& [key, child] : *table) {
      result.entries.push_back(
          TomlEntry{std::string(key.str()), span_of(key.source()), node_of(child)});
    }
    std::sort(result.entries.begin(), result.entries.end(), starts_before);
  } else if (const auto* array = node.as_array()) {
    result.kind = TomlNode::Kind::array;
    result.items.reserve(array->size());
    for (const auto& child : *array) result.items.push_back(node_of(child));
  } else {
    result.kind = TomlNode::Kind::scalar;
    result.scalar = scalar_of(node);
  }
  return result;
}

// toml++ quotes what it stumbled over, which can be part of a secret: what it saw is left out, and
// of its other quotations only punctuation is kept.
std::string without_quotations(std::string_view description) {
  description = description.substr(0, description.find(", saw"));
  constexpr std::string_view kPreamble = "Error while parsing ";
  if (description.substr(0, kPreamble.size()) == kPreamble)
    description.remove_prefix(kPreamble.size());
  constexpr std::size_t kPunctuation = 4;
  std::string message;
  while (!description.empty()) {
    const auto open = description.find('\'');
    message += description.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = description.find('\'', open + 1);
    if (close == std::string_view::npos) break;
    if (close - open <= kPunctuation) message += description.substr(open, close - open + 1);
    description.remove_prefix(close + 1);
  }
  while (!message.empty() && message.back() == ' ') message.pop_back();
  return message;
}

}  // namespace

const TomlEntry* TomlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const TomlEntry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Value TomlNode::value() const {
  switch (kind) {
  case Kind::scalar:
    return scalar;
  case Kind::array: {
    List list;
    list.items.reserve(items.size());
    for (const auto& item : items) list.items.push_back(item.value());
    return list;
  }
  case Kind::table:
    break;
  }
  Dict dict;
  dict.entries.reserve(entries.size());
  for (const auto& entry : entries)
    dict.entries.push_back(DictEntry{entry.key, entry.node.value()});
  return dict;
}

// The commonest mistake, in words of its own: toml++ speaks of control characters at the line's
// end.
std::string message_of(const toml::parse_error& error, std::string_view text) {
  const auto& at = error.source().begin;
  const auto line = line_of(text, at.line);
  const bool at_line_end = bytes_of_code_points(line, at.column - 1) >= line.size();
  auto message = without_quotations(error.description());
  const bool unescaped = message.find("unescaped control characters") != std::string::npos;
  return unescaped && at_line_end ? "a text in quotes does not end on its line" : message;
}

TomlResult parse_toml(std::string_view text) {
  try {
    const toml::table table = toml::parse(text, std::string_view());
    return node_of(table);
  } catch (const toml::parse_error& error) {
    return TomlError{message_of(error, text), span_of(error.source())};
  } catch (const std::exception&) {
    return TomlError{"not TOML", Span{1, 1, 1, 1}};
  }
}

}  // namespace prefect_config
