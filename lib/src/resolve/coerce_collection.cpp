#include "adapters/json.hpp"
#include "resolve/coerce_types.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config {
namespace {

using ItemType = Coerced (*)(const Value&);

/// The set of what each item of a list becomes; the first refusal else.
Coerced set_of(const std::vector<Value>& items, ItemType item_type) {
  Set set;
  std::unordered_set<std::string> seen;
  for (const Value& item : items) {
    Coerced coerced = item_type(item);
    if (!coerced.value) return coerced;
    if (seen.insert(coerced.value->str()).second) set.items.push_back(std::move(*coerced.value));
  }
  return accept(std::move(set));
}

std::vector<Value> stripped_parts(std::string_view text) {
  std::vector<Value> parts;
  for (const std::string_view part : split(text, ','))
    parts.emplace_back(std::string(python_strip(part)));
  return parts;
}

/// Prefect's validate_set_T_from_delim_string: every false value is the empty set, a text is split,
/// one item is a set of one.
Coerced delimited_set(const Value& value, ItemType item_type, const char* message) {
  if (!value.truthy()) return accept(Set{});
  if (const auto* text = value.get<std::string>()) return set_of(stripped_parts(*text), item_type);
  Coerced set;
  if (const auto* list = value.get<List>()) {
    set = set_of(list->items, item_type);
  } else {
    set = set_of({value}, item_type);
  }
  return set.value ? set : refuse("value_error", message);
}

/// dict[str, T]: pydantic looks at each key and value.
Coerced dict_of(const Value& value, ItemType item_type) {
  const auto* dict = value.get<Dict>();
  if (dict == nullptr) return refuse("dict_type", "not a JSON object");
  Dict coerced;
  for (const DictEntry& entry : dict->entries) {
    Coerced item = item_type(entry.value);
    if (!item.value) return item;
    coerced.entries.push_back(DictEntry{entry.key, std::move(*item.value)});
  }
  return accept(std::move(coerced));
}

bool is_positive(const DictEntry& entry) {
  const auto* duration = entry.value.get<Duration>();
  return duration != nullptr && duration->microseconds > 0;
}

/// Prefect's _parse_vacuum_enabled for a text.
Coerced flags_from_text(std::string_view text) {
  const std::string_view stripped = python_strip(text);
  if (equal_ignoring_case(stripped, "true") || stripped == "1") return accept(true);
  if (equal_ignoring_case(stripped, "false") || stripped == "0" || stripped.empty())
    return accept(false);
  std::vector<Value> parts = stripped_parts(text);
  parts.erase(std::remove(parts.begin(), parts.end(), Value("")), parts.end());
  return set_of(parts, to_text);
}

}  // namespace

Coerced to_text_set(const Value& value) {
  return delimited_set(value, to_text, "not a list of texts");
}

Coerced to_split_text(const Value& value) {
  if (const auto* text = value.get<std::string>())
    return accept(List{text->empty() ? std::vector<Value>() : stripped_parts(*text)});
  const auto* list = value.get<List>();
  if (value.is_none() || (list && list->items.empty())) return accept(List{});
  const bool texts = list && std::all_of(list->items.begin(), list->items.end(),
                                         [](const Value& v) { return v.is<std::string>(); });
  return texts ? dies("AttributeError", "a list, where this release wants text with commas")
               : refuse("string_type", "not a text");
}

Coerced to_text_list(const Value& value) {
  Coerced coerced = to_text_set(value);
  const auto* set = coerced.value ? coerced.value->get<Set>() : nullptr;
  return set != nullptr ? accept(List{set->items}) : coerced;
}

Coerced to_status_codes(const Value& value) {
  return delimited_set(value, to_status_code, "not a list of HTTP status codes, each 100 to 599");
}

Coerced to_flag_set(const Value& value) {
  if (const auto* text = value.get<std::string>()) return flags_from_text(*text);
  if (value.is_none()) return accept(value);
  if (const auto* list = value.get<List>()) return set_of(list->items, to_text);
  Coerced boolean = to_boolean(value);
  return boolean.value ? boolean : refuse("set_type", "not a list of texts, nor true or false");
}

Coerced to_text_dict(const Value& value) { return dict_of(value, to_text); }

Coerced to_text_dict_or_string(const Value& value) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) return to_text_dict(value);
  const std::variant<Value, JsonError> inner = parse_json(*text, JsonDialect::orjson);
  const Value* decoded = std::get_if<Value>(&inner);
  return decoded != nullptr ? to_text_dict(*decoded) : refuse("value_error", "not a JSON object");
}

Coerced to_duration_dict(const Value& value) {
  Coerced coerced = dict_of(value, to_duration_from_seconds);
  const auto* dict = coerced.value ? coerced.value->get<Dict>() : nullptr;
  if (dict == nullptr || std::all_of(dict->entries.begin(), dict->entries.end(), is_positive)) {
    return coerced;
  }
  return refuse("value_error", "every length of time must be greater than 0");
}

}  // namespace prefect_config
