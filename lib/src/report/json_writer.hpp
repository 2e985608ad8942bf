// Indented JSON, written front to back.
//
// Every text is masked on its way, whatever it is, unless secrets are to be shown: so that no new
// name, path or note can forget it.
//
// What it is not: a document. Nothing is kept but the text, so that a report costs one string.
#pragma once

#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "sources/mask.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace prefect_config {

class JsonWriter {
 public:
  explicit JsonWriter(Disclosure secrets) : secrets_(secrets) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }

  JsonWriter& key(std::string_view name) {
    separate();
    text_ += json_string(name);
    text_ += ": ";
    after_key_ = true;
    return *this;
  }
  /// JSON that is already text.
  JsonWriter& raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
  }
  JsonWriter& value(std::string_view text) {
    return raw(json_string(secrets_ == Disclosure::shown ? std::string(text) : mask_text(text)));
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool boolean) { return raw(boolean ? "true" : "false"); }
  JsonWriter& value(std::uint32_t number) { return raw(std::to_string(number)); }
  JsonWriter& typed(const Value& value) { return raw(value.json()); }
  /// Python's text of a setting's value.
  JsonWriter& value(const SettingValue& setting) { return value(shown_text(setting, secrets_)); }
  JsonWriter& null() { return raw("null"); }

  /// The whole text, with a line end.
  std::string take() {
    text_ += '\n';
    return std::move(text_);
  }

 private:
  JsonWriter& begin(char open) {
    separate();
    text_ += open;
    ++depth_;
    empty_ = true;
    return *this;
  }
  JsonWriter& end(char close) {
    --depth_;
    if (!empty_) new_line();
    text_ += close;
    empty_ = false;
    return *this;
  }
  void separate() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (depth_ == 0) return;
    if (!empty_) text_ += ',';
    empty_ = false;
    new_line();
  }
  void new_line() {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }

  Disclosure secrets_;
  std::string text_;
  std::size_t depth_ = 0;
  bool empty_ = true;
  bool after_key_ = false;
};

}  // namespace prefect_config
