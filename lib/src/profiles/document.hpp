// profiles.toml while it is edited: where its pairs stand, and the texts that one change makes of
// it.
//
// What it is not: a check (edit.hpp): what comes out here is parsed again there.
#pragma once

#include "profiles/toml_layout.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// The keys that lead to a value, from the root.
using KeyPath = std::vector<std::string>;

bool is_below(const KeyPath& path, const KeyPath& top);

/// `profiles.PROFILE`, `profiles.PROFILE.KEY`.
KeyPath path_of(std::string_view profile);
KeyPath path_of(std::string_view profile, std::string_view key);

/// A key as TOML: in quotes only where it needs them.
std::string key_text(std::string_view key);
/// A text as TOML: in single quotes where the old value was or double ones would be misread by some
/// release, and the new one can be.
std::string value_text(std::string_view value, std::string_view old = {});

/// Key and value as they are to stand in the text.
struct WrittenPair {
  std::string key;
  std::string value;

  std::string text() const { return key + " = " + value; }
};

/// A pair somewhere in the text.
struct Found {
  KeyPath path;  ///< whole, from the root
  std::size_t statement = 0;
  const LayoutPair* pair = nullptr;
  const LayoutValue* table = nullptr;  ///< the inline table it is a member of; else nullptr
  std::size_t member = 0;              ///< its position there
};

/// A text that is TOML, and where everything stands in it. A change gives a new text; none changes
/// this one.
class Document {
 public:
  explicit Document(std::string_view text) : text_(text), statements_(toml_layout(text_)) {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const auto& statement = statements_[i];
      if (statement.kind != LayoutStatement::Kind::pair) continue;
      KeyPath top;
      if (statement.under != LayoutStatement::kNone) top = header_path(statement.under);
      collect(top, i, statement.pair, nullptr, 0);
    }
  }

  const std::string& text() const { return text_; }
  const std::vector<LayoutStatement>& statements() const { return statements_; }
  const std::vector<Found>& pairs() const { return pairs_; }

  KeyPath header_path(std::size_t statement) const {
    KeyPath path;
    for (const auto& key : statements_[statement].header) path.push_back(key.text);
    return path;
  }

  const Found* find(const KeyPath& path) const {
    const auto found = std::find_if(pairs_.begin(), pairs_.end(),
                                    [&path](const Found& f) { return f.path == path; });
    return found == pairs_.end() ? nullptr : &*found;
  }

  /// The header of exactly this path, else nothing.
  std::optional<std::size_t> header_of(const KeyPath& path) const {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      if (statements_[i].kind == LayoutStatement::Kind::table && header_path(i) == path) return i;
    }
    return std::nullopt;
  }

  /// The last statement of a header's section: a pair below it, or the header itself.
  std::size_t last_of(std::size_t header) const {
    auto last = header;
    for (std::size_t i = header + 1; i < statements_.size() && statements_[i].under == header; ++i)
      last = i;
    return last;
  }

  std::string line_end_at(std::size_t statement) const {
    const auto line = statements_[statement].lines.of(text_);
    if (ends_with(line, "\r\n")) return "\r\n";
    return ends_with(line, "\n") ? "\n" : line_end();
  }

  /// That of the first line.
  std::string line_end() const {
    const auto at = text_.find('\n');
    return at != std::string::npos && at > 0 && text_[at - 1] == '\r' ? "\r\n" : "\n";
  }

  std::string replaced(ByteSpan span, std::string_view by) const {
    return text_.substr(0, span.begin) + std::string(by) + text_.substr(span.end);
  }

  /// `line`, without its end, as a line of its own behind a statement.
  std::string with_line_after(std::size_t statement, const std::string& line) const {
    const auto end = line_end_at(statement);
    const auto& lines = statements_[statement].lines;
    const bool is_ended = ends_with(lines.of(text_), "\n");
    return replaced({lines.end, lines.end}, is_ended ? line + end : end + line);
  }

 private:
  void collect(const KeyPath& top, std::size_t statement, const LayoutPair& pair,
               const LayoutValue* table, std::size_t member) {
    Found found;
    found.path = top;
    for (const auto& key : pair.path) found.path.push_back(key.text);
    found.statement = statement;
    found.pair = &pair;
    found.table = table;
    found.member = member;
    pairs_.push_back(found);
    for (std::size_t i = 0; i < pair.value.members.size(); ++i)
      collect(found.path, statement, pair.value.members[i], &pair.value, i);
  }

  std::string text_;
  std::vector<LayoutStatement> statements_;
  std::vector<Found> pairs_;
};

/// A pair taken out. A table that was there by its dotted keys alone must stay: the first keys of
/// `keep` are its own, and it is written as an empty one then.
std::string without_pair(const Document& document, const Found& found, const KeyPath& keep);

/// Everything at and below a path taken out: sections, pairs, members of inline tables.
std::string without_profile(const Document& document, const KeyPath& top);

/// A new key where the profile's others are; nothing where there is no place for one.
std::optional<std::string> with_key(const Document& document, std::string_view profile,
                                    std::string_view key, std::string_view value);

/// A new profile: inside `profiles = {…}` where that is written so, else at the end.
std::string with_new_profile(const Document& document, std::string_view profile,
                             const std::vector<WrittenPair>& pairs);

}  // namespace prefect_config
