/// \file
/// Values that may be secret, and the one way to show them.
///
/// What it is not: protection against someone who can read this process. It is protection against
/// ourselves: a secret has no formatter and no conversion, so it cannot reach an output by
/// accident.
///
/// To show one on purpose, code calls `reveal()`; only the places listed in
/// tests/architecture/check_arrows.py may.
#pragma once

#include <prefect_config/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace prefect_config {

/// What stands in the place of a secret.
inline constexpr std::string_view kMask = "********";

/// A value that must not be shown, with the text to show in its place.
class Secret {
 public:
  explicit Secret(Value value, Value mask = std::string(kMask))
      : value_(std::move(value)), mask_(std::move(mask)) {}

  /// What is shown in its place: the mask alone, or what may be seen of it (the names of headers).
  const Value& mask() const { return mask_; }
  /// Computes with the secret. What comes out must be protected again, or say nothing of it.
  template <typename Compute>
  auto with(Compute&& compute) const {
    return compute(value_);
  }
  /// The secret itself. Called only behind `--show-secrets`, `exec` and `probe`.
  const Value& reveal() const { return value_; }

 private:
  Value value_;
  Value mask_;
};

/// A setting's value: open, or secret.
class SettingValue {
 public:
  SettingValue() = default;
  SettingValue(Value open) : content_(std::move(open)) {}
  SettingValue(Secret secret) : content_(std::move(secret)) {}

  bool is_secret() const { return std::holds_alternative<Secret>(content_); }
  /// The value where it is not secret, else nullptr.
  const Value* open() const { return std::get_if<Value>(&content_); }
  const Secret* secret() const { return std::get_if<Secret>(&content_); }

  /// Computes with the value, secret or not. What comes out must be protected again, or say nothing
  /// of it.
  template <typename Compute>
  auto with(Compute&& compute) const {
    const auto* hidden = secret();
    return hidden ? hidden->with(compute) : compute(*open());
  }
  bool truthy() const {
    return with([](const Value& value) { return value.truthy(); });
  }
  bool is_none() const {
    return with([](const Value& value) { return value.is_none(); });
  }
  /// The value, or what stands in its place.
  const Value& masked() const {
    const auto* hidden = secret();
    return hidden ? hidden->mask() : std::get<Value>(content_);
  }
  /// Set, and an empty text: the state that hides other sources and sends nothing.
  bool is_empty_text() const {
    return with([](const Value& value) {
      return value.get<std::string>() && value.get<std::string>()->empty();
    });
  }

 private:
  std::variant<Value, Secret> content_;
};

}  // namespace prefect_config
