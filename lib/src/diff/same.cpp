#include "diff/same.hpp"

#include "sources/mask.hpp"
#include "support/text.hpp"

#include <string>

namespace prefect_config {
namespace {

Same known(bool same) { return same ? Same::yes : Same::no; }

// What may be seen of a value, in the form in which documents have it.
std::string seen(const DiffValue& value) { return mask_text(value.value.masked().str()); }

// JSON in which a whole number is the same as that number with a point.
std::string plain_json(const Value& value) {
  auto text = value.json();
  if (ends_with(text, ".0")) text.resize(text.size() - 2);
  return text;
}

bool is_masked(std::string_view text) { return text.find(kMask) != std::string_view::npos; }

bool same_name(std::string_view a, std::string_view b, std::string (*mask)(std::string_view)) {
  return a == b || ((is_masked(a) || is_masked(b)) && mask(a) == mask(b));
}

}  // namespace

Same same_value(const DiffValue& a, const DiffValue& b) {
  if (a.value.is_none() != b.value.is_none() || a.value.is_empty_text() != b.value.is_empty_text())
    return Same::no;
  if (a.whole && b.whole) {
    return a.value.with([&b](const Value& one) {
      return b.value.with([&one](const Value& other) {
        return known(one == other || plain_json(one) == plain_json(other));
      });
    });
  }
  return seen(a) == seen(b) ? Same::unknown : Same::no;
}

bool same_header_name(std::string_view a, std::string_view b) {
  return same_name(a, b, mask_header_name);
}

bool same_credential_name(std::string_view a, std::string_view b) {
  return same_name(a, b, mask_credential_name);
}

Same both(Same a, Same b) {
  if (a == Same::no || b == Same::no) return Same::no;
  return a == Same::yes && b == Same::yes ? Same::yes : Same::unknown;
}

}  // namespace prefect_config
