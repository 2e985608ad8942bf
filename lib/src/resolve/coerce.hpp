/// \file
/// What Prefect makes of one written value: the value its settings object holds, or why it refuses.
///
/// It follows pydantic's lax mode, pydantic-settings' JSON decoding and Prefect's own validators as
/// they were measured (tests/data/coerce-*.jsonl records real releases; test_coerce.cpp requires
/// agreement).
///
/// What it is not: a judge of several settings together or a source of defaults
/// (derive.cpp), or a reader of files. It looks at nothing but its arguments.
///
/// To add a type: a row in `ValueType`, a function in the family it belongs to (coerce_number.cpp,
/// coerce_duration.cpp, coerce_collection.cpp, else coerce.cpp), its case in `validate`
/// (coerce.cpp), and rows in tests/conformance/coerce_oracle.py.
#pragma once

#include <prefect_config/registry.hpp>
#include <prefect_config/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// Why a value is refused: Prefect's own words where known, and a form for people.
struct Refusal {
  /// pydantic's error type, e.g. "bool_parsing", "greater_than", "literal_error"; where
  /// `fails_to_parse`, the name of the Python exception. The first one, where a union reports one a
  /// member.
  std::string type;
  /// One lower-case line for people, never with the value itself, which may be secret.
  std::string message;
  /// Prefect dies before validation, with a traceback or a SettingsError.
  bool fails_to_parse = false;
  /// It dies while it reads the source, so even where a higher source would have won.
  bool fails_in_source = false;
  /// 2.20: the settings are made; Prefect fails when it uses the value.
  bool fails_in_use = false;
};

/// What coercion depends on besides the setting and the value. At most one of the three `from_`s is
/// set; none means prefect.toml or pyproject.toml.
struct CoerceContext {
  std::string_view user_home;     ///< for `~`
  std::string_view prefect_home;  ///< for `$PREFECT_HOME`
  bool from_text = false;         ///< environment or .env: complex values are JSON, decoded first
  bool from_profile =
      false;  ///< profiles.toml: a dict setting must be JSON text, a table kills Prefect
  bool pydantic_v1 = false;                ///< 2.20; quirks.hpp
  bool template_must_be_complete = false;  ///< likewise
  bool from_group = false;  ///< a member of a group's JSON (`PREFECT_API={…}`): nothing is decoded
  bool loggers_are_split_text = false;           ///< see Quirks
  bool hours_after_days_are_two_digits = false;  ///< see Quirks
  /// See Quirks: PREFECT_HOME anywhere in `profiles_path` means the default below home.
  bool home_name_means_default = false;
  /// For `~name`; may be nullptr.
  const std::function<std::optional<std::string>(std::string_view)>* home_of_user = nullptr;
};

/// Exactly one is set: `value`, `refusal`, or `nothing`.
struct Coerced {
  std::optional<Value> value;
  std::optional<Refusal> refusal;
  /// The source offers nothing after all, and the next one counts: JSON `null` in the environment,
  /// or a table of prefect.toml for a setting that is no dict.
  bool nothing = false;
};

Coerced coerce(const Setting& setting, const Value& written, const CoerceContext& context);

}  // namespace prefect_config
