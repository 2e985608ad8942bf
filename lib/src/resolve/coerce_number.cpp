#include "resolve/coerce_types.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

/// Python's limit for reading an integer, which pydantic follows.
constexpr std::size_t kMostDigits = 4300;
constexpr const char* kDelayMessage = "not a number, nor a list of numbers";

/// Without underscores; none may lead, trail or be doubled.
std::optional<std::string> without_underscores(std::string_view text) {
  if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
  if (text.find("__") != std::string_view::npos) return std::nullopt;
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  return plain;
}

/// Drops `.000`: a text such as `5.00` is an integer to pydantic.
std::string_view without_zero_fraction(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point + 1 == text.size()) return text;
  const bool zeros = text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return zeros ? text.substr(0, point) : text;
}

/// pydantic drops `0` and `_` in front. Whatever follows stays, so `0-5` is -5 to it.
std::string_view without_leading_zeros(std::string_view text) {
  if (text.empty() || text.front() != '0') return text;
  const std::size_t end = text.find_first_not_of("0_");
  if (end == std::string_view::npos) return text.substr(text.size() - 1);
  return text.substr(text[end] == '.' ? end - 1 : end);
}

/// An integer as JSON has it: no plus, no zeros in front, no more digits than Python reads.
std::optional<Integer> parse_plain_integer(std::string_view text) {
  const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
  const std::string_view digits = text.substr(first);
  if (digits.empty() || text.size() > kMostDigits) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  if (digits == "0") return Integer{"0"};
  return digits.front() == '0' ? std::nullopt : std::optional(Integer{std::string(text)});
}

std::optional<Integer> parse_cleaned_integer(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const std::optional<std::string> plain =
      without_underscores(without_zero_fraction(without_leading_zeros(text)));
  return plain ? parse_plain_integer((negative ? "-" : "") + *plain) : std::nullopt;
}

/// Whether a text starts with more digits than Python reads.
bool is_too_long(std::string_view text) {
  const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
  const std::size_t end = text.find_first_not_of("0123456789", first);
  return text.substr(0, end).size() > kMostDigits && text[first] != '0';
}

Coerced refuse_text(std::string_view text, const char* type, const char* message) {
  return is_well_formed(text) ? refuse(type, message)
                              : refuse("string_unicode", "not valid Unicode");
}

Coerced integer_from_text(std::string_view text) {
  if (is_too_long(text)) return refuse("int_parsing_size", "too long for a whole number");
  std::optional<Integer> integer = parse_cleaned_integer(rust_trim(text));
  if (!integer) return refuse_text(text, "int_parsing", "not a whole number");
  return accept(std::move(*integer));
}

Coerced integer_from_float(double number) {
  if (!std::isfinite(number)) return refuse("finite_number", "not a finite number");
  if (number != std::trunc(number)) return refuse("int_from_float", "not a whole number");
  // pydantic goes through a 64-bit integer here, though not for texts and integers.
  constexpr double kLimit = 9223372036854775808.0;
  if (number < -kLimit || number >= kLimit)
    return refuse("int_parsing_size", "too large for a whole number");
  return accept(static_cast<std::int64_t>(number));
}

double as_double(const Integer& integer) { return parse_float(integer.digits).value_or(0); }

Coerced float_from_text(std::string_view text) {
  std::optional<double> number = parse_float(rust_trim(text));
  if (!number) {
    // With underscores, blanks around are no longer trimmed.
    const std::optional<std::string> plain = without_underscores(text);
    if (plain) number = parse_float(*plain);
  }
  if (!number) return refuse_text(text, "float_parsing", "not a number");
  return accept(*number);
}

Coerced float_from_integer(const Integer& integer) {
  const double number = as_double(integer);
  return std::isfinite(number) ? accept(number) : refuse("float_type", "too large for a number");
}

/// A bound for people: `0`, not `0.0`.
std::string bound_text(double bound) {
  const std::string text = python_float(bound);
  return text.size() > 2 && text.substr(text.size() - 2) == ".0" ? text.substr(0, text.size() - 2)
                                                                 : text;
}

std::optional<double> magnitude(const Value& value) {
  if (const auto* integer = value.get<Integer>()) return as_double(*integer);
  if (const auto* number = value.get<double>()) return *number;
  if (const auto* duration = value.get<Duration>())
    return static_cast<double>(duration->microseconds) / 1e6;
  return std::nullopt;
}

std::optional<Refusal> violation(double number, const Bounds& bounds) {
  // Written so that nan violates every bound, as it does in pydantic.
  if (bounds.le && !(number <= *bounds.le))
    return Refusal{"less_than_equal", "must be at most " + bound_text(*bounds.le)};
  if (bounds.lt && !(number < *bounds.lt))
    return Refusal{"less_than", "must be less than " + bound_text(*bounds.lt)};
  if (bounds.ge && !(number >= *bounds.ge))
    return Refusal{"greater_than_equal", "must be at least " + bound_text(*bounds.ge)};
  if (bounds.gt && !(number > *bounds.gt))
    return Refusal{"greater_than", "must be greater than " + bound_text(*bounds.gt)};
  return std::nullopt;
}

/// The first refusal, or the list of floats.
Coerced floats(const List& list) {
  List numbers;
  for (const Value& item : list.items) {
    Coerced number = to_floating(item);
    if (number.refusal) return number;
    numbers.items.push_back(std::move(*number.value));
  }
  return accept(std::move(numbers));
}

/// A union's first member reports first.
Coerced or_else(const Coerced& first, const Coerced& second) {
  return second.value ? second : first;
}

/// The parts of a comma-separated text that are not blank.
std::vector<std::string_view> filled_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view stripped = python_strip(part);
    if (!stripped.empty()) parts.push_back(stripped);
  }
  return parts;
}

Coerced delays_from_text(std::string_view text) {
  const std::vector<std::string_view> parts = filled_parts(python_strip(text));
  if (parts.empty()) return accept(Value());
  List delays;
  for (const std::string_view part : parts) {
    Coerced delay = float_from_text(part);
    if (delay.refusal) return refuse("value_error", kDelayMessage);
    delays.items.push_back(std::move(*delay.value));
  }
  return accept(delays.items.size() == 1 ? std::move(delays.items.front())
                                         : Value(std::move(delays)));
}

}  // namespace

Coerced to_integer(const Value& value) {
  if (value.is<Integer>()) return accept(value);
  if (const auto* boolean = value.get<bool>()) return accept(*boolean ? 1 : 0);
  if (const auto* number = value.get<double>()) return integer_from_float(*number);
  if (const auto* text = value.get<std::string>()) return integer_from_text(*text);
  return refuse("int_type", "not a whole number");
}

Coerced to_floating(const Value& value) {
  if (value.is<double>()) return accept(value);
  if (const auto* boolean = value.get<bool>()) return accept(*boolean ? 1.0 : 0.0);
  if (const auto* integer = value.get<Integer>()) return float_from_integer(*integer);
  if (const auto* text = value.get<std::string>()) return float_from_text(*text);
  return refuse("float_type", "not a number");
}

Coerced within(Coerced number, const Bounds& bounds) {
  if (!number.value) return number;
  const std::optional<double> size = magnitude(*number.value);
  std::optional<Refusal> refusal = size ? violation(*size, bounds) : std::nullopt;
  if (!refusal) return number;
  return Coerced{std::nullopt, std::move(refusal)};
}

Coerced to_status_code(const Value& value) {
  Bounds bounds;
  bounds.ge = 100;
  bounds.le = 599;
  return within(to_integer(value), bounds);
}

// pydantic's smart union: an int or float stays what it is; a text becomes the first that it can
// be.
Coerced to_retry_delays(const Value& value) {
  if (value.is<Integer>() || value.is<double>()) return accept(value);
  Coerced result = to_integer(value);
  if (result.refusal) result = or_else(result, to_floating(value));
  if (const auto* list = value.get<List>()) result = or_else(result, floats(*list));
  if (result.refusal) result.refusal->message = kDelayMessage;
  return result;
}

Coerced to_retry_delay_text(const Value& value) {
  if (const auto* text = value.get<std::string>()) return delays_from_text(*text);
  if (value.is_none()) return accept(value);
  Coerced result = to_retry_delays(value);
  if (result.refusal) result.refusal->type = "string_type";
  return result;
}

}  // namespace prefect_config
