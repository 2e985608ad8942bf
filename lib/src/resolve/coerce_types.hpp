/// \file
/// The families of coerce.cpp, and what they share. Private to the coerce_*.cpp files.
///
/// Each function takes a decoded value (natively typed, or text) as pydantic's validator gets it.
/// What it is not: the decoding before that, which is coerce.cpp's.
#pragma once

#include "resolve/coerce.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

Coerced accept(Value value);
Coerced refuse(const char* type, std::string message);
/// Prefect dies of a Python exception that pydantic does not catch.
Coerced dies(const char* exception, std::string message);

// coerce.cpp
Coerced to_text(const Value& value);

// coerce_number.cpp
Coerced to_integer(const Value& value);
Coerced to_floating(const Value& value);
/// `int`, `float` of a setting, within its bounds.
Coerced within(Coerced number, const Bounds& bounds);
/// An HTTP status code: an integer of 100 to 599.
Coerced to_status_code(const Value& value);
Coerced to_retry_delays(const Value& value);
Coerced to_retry_delay_text(const Value& value);

// coerce_duration.cpp
Coerced to_duration(const Value& value);
/// Whether a text has days and then a clock time whose hours are not two digits (see
/// Quirks::hours_after_days_are_two_digits).
bool has_odd_hours_after_days(const Value& value);
/// Prefect's SecondsTimeDelta: what Python's `float()` takes is seconds, anything else a duration.
Coerced to_duration_from_seconds(const Value& value);

// coerce_collection.cpp
Coerced to_text_set(const Value& value);
Coerced to_text_list(const Value& value);
/// Union[str, list[str], None] and then `[n.strip() for n in v.split(",")] if v else []`.
Coerced to_split_text(const Value& value);
Coerced to_status_codes(const Value& value);
Coerced to_flag_set(const Value& value);
Coerced to_text_dict(const Value& value);
Coerced to_text_dict_or_string(const Value& value);
Coerced to_duration_dict(const Value& value);

// coerce.cpp
Coerced to_boolean(const Value& value);
Coerced to_literal(const Setting& setting, const Value& value);
Coerced to_path(const Value& value);

// coerce_v1.cpp
/// What pydantic 1 and the value callbacks of 2.20 make of a value.
Coerced coerce_v1(const Setting& setting, const Value& value, const CoerceContext& context);

}  // namespace prefect_config
