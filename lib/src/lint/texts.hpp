// The texts that findings of one file point into: the file's own, and those of files named in it.
//
// What it is not: kept. Places are made whole (lines shown, secrets masked) while the texts are
// there.
#pragma once

#include "lint/report.hpp"
#include "support/byte_span.hpp"
#include "support/line_index.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

class LintTexts {
 public:
  LintTexts(std::string path, std::string_view text, std::size_t first_line)
      : path_(std::move(path)), own_{LineIndex(text, first_line), {}, nullptr} {}

  const std::string& path() const { return path_; }
  std::string_view text() const { return own_.lines.text(); }
  /// Another file that a finding may point into.
  void add(const std::string& path, std::shared_ptr<const std::string> text);

  /// What is to be hidden wherever a line is shown.
  void hide(const std::string& path, ByteSpan secret);

  Span span(const std::string& path, ByteSpan bytes) const;
  /// Where a place of the own text stands in it.
  ByteSpan bytes(const Span& span) const;
  LintPlace place(const std::string& path, ByteSpan bytes, std::string note) const;
  /// The place of a finding of the engine, which knows lines and columns.
  LintPlace place(const std::string& path, const Span& span, std::string note) const;
  /// The text of a line, from 1 in the file.
  std::string_view line(const std::string& path, std::size_t number) const;
  /// The own text, line by line, as it may be shown.
  std::vector<std::string> shown_lines() const;
  /// What is hidden in it.
  std::vector<ByteSpan> hidden() const;

 private:
  struct Text {
    LineIndex lines;
    /// By the byte a line begins at, so that showing one does not look at all others.
    std::map<std::size_t, std::vector<ByteSpan>> hidden;
    std::shared_ptr<const std::string> kept;

    void hide(ByteSpan secret);
    ByteSpan bytes(const Span& span) const;
    const std::vector<ByteSpan>& hidden_on(ByteSpan line) const;
  };
  const Text* find(const std::string& path) const;

  std::string path_;
  Text own_;
  std::map<std::string, Text> others_;
};

}  // namespace prefect_config
