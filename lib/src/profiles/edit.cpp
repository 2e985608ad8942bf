#include "profiles/edit.hpp"

#include "adapters/toml.hpp"
#include "profiles/toml_layout.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace prefect_config {
namespace {

constexpr std::string_view kProfiles = "profiles";
constexpr std::string_view kActive = "active";

using KeyPath = std::vector<std::string>;

// ---------------------------------------------------------------------------------------------
// What a text says, without its order: path to JSON of the value, an empty table as itself

using Model = std::map<KeyPath, std::string>;

void add_to(Model& model, const KeyPath& path, const TomlNode& node) {
  if (node.kind != TomlNode::Kind::table) {
    model[path] = node.value().json();
    return;
  }
  model[path] = "table";
  for (const auto& entry : node.entries) {
    auto below = path;
    below.push_back(entry.key);
    add_to(model, below, entry.node);
  }
}

bool is_below(const KeyPath& path, const KeyPath& top) {
  return path.size() >= top.size() && std::equal(top.begin(), top.end(), path.begin());
}

// ---------------------------------------------------------------------------------------------
// How keys and values are written

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    const char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string basic_string(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
    case '"':
      result += "\\\"";
      break;
    case '\\':
      result += "\\\\";
      break;
    case '\n':
      result += "\\n";
      break;
    case '\r':
      result += "\\r";
      break;
    case '\t':
      result += "\\t";
      break;
    default:
      if (byte < 0x20 || byte == 0x7F) {
        result += "\\u00";
        result += kHex[byte >> 4];
        result += kHex[byte & 15];
      } else {
        result += c;
      }
    }
  }
  return result + '"';
}

std::string key_text(std::string_view key) {
  return is_bare_key(key) ? std::string(key) : basic_string(key);
}

// In single quotes where the old value was, and the new one can be.
std::string value_text(std::string_view value, std::string_view old = {}) {
  const bool was_literal = !old.empty() && old.front() == '\'';
  const bool can_be = std::all_of(value.begin(), value.end(), [](char c) {
    return c != '\'' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  });
  return was_literal && can_be ? '\'' + std::string(value) + '\'' : basic_string(value);
}

// ---------------------------------------------------------------------------------------------
// The text while it is edited

/// A pair somewhere in the text.
struct Found {
  KeyPath path;  ///< whole, from the root
  std::size_t statement = 0;
  const LayoutPair* pair = nullptr;
  const LayoutValue* table = nullptr;  ///< the inline table it is a member of; else nullptr
  std::size_t member = 0;              ///< its position there
};

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

// What stands before a pair on its line, and between its key and its value.
std::string indent_of(const Document& document, std::size_t statement) {
  const auto line = document.statements()[statement].lines.of(document.text());
  return std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
}

std::string assignment_of(const Document& document, const LayoutPair& pair) {
  const auto begin = pair.path.back().span.end;
  return document.text().substr(begin, pair.value.span.begin - begin);
}

// ---------------------------------------------------------------------------------------------
// An edit: from a text to a text, checked

class Edit {
 public:
  explicit Edit(std::string_view text) : text_(text) {
    const auto parsed = parse_toml(text_);
    if (const auto* error = std::get_if<TomlError>(&parsed)) {
      problem_ = EditProblem{"the file is not TOML: " + error->message, error->span};
      return;
    }
    add_to(wanted_, {}, std::get<TomlNode>(parsed));
  }

  bool failed() const { return problem_.has_value(); }
  void refuse(std::string reason) {
    if (!problem_) problem_ = EditProblem{std::move(reason)};
  }

  const std::string& text() const { return text_; }
  bool has(const KeyPath& path) const { return wanted_.count(path) != 0; }
  bool is_table(const KeyPath& path) const { return has(path) && wanted_.at(path) == "table"; }

  /// What the result must say.
  void want(const KeyPath& path, std::string_view value) {
    for (std::size_t size = 0; size < path.size(); ++size)
      wanted_.emplace(KeyPath(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)),
                      "table");
    wanted_[path] = json_string(value);
  }
  void want_table(const KeyPath& path) {
    for (std::size_t size = 0; size <= path.size(); ++size)
      wanted_.emplace(KeyPath(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)),
                      "table");
  }
  void want_nothing(const KeyPath& path) {
    std::erase_if(wanted_, [&path](const auto& entry) { return is_below(entry.first, path); });
  }
  void want_copied(const KeyPath& from, const KeyPath& to) {
    Model copy;
    for (const auto& [path, value] : wanted_) {
      if (!is_below(path, from)) continue;
      auto target = to;
      target.insert(target.end(), path.begin() + static_cast<std::ptrdiff_t>(from.size()),
                    path.end());
      copy[target] = value;
    }
    wanted_.merge(copy);
  }
  void want_moved(const KeyPath& from, const KeyPath& to) {
    want_copied(from, to);
    want_nothing(from);
  }

  void replace_text(std::string text) { text_ = std::move(text); }

  EditResult result() && {
    if (problem_) return std::move(*problem_);
    const auto parsed = parse_toml(text_);
    const auto* root = std::get_if<TomlNode>(&parsed);
    Model is;
    if (root) add_to(is, {}, *root);
    if (!root || is != wanted_)
      return EditProblem{"the file is written in a way that this edit would not leave as it is"};
    return std::move(text_);
  }

 private:
  std::string text_;
  Model wanted_;
  std::optional<EditProblem> problem_;
};

std::string quoted_name(std::string_view name) { return '`' + std::string(name) + '`'; }

KeyPath path_of(std::string_view profile) { return {std::string(kProfiles), std::string(profile)}; }

KeyPath path_of(std::string_view profile, std::string_view key) {
  return {std::string(kProfiles), std::string(profile), std::string(key)};
}

void need_profile(Edit& edit, std::string_view profile) {
  if (edit.failed()) return;
  if (!edit.has(path_of(profile))) {
    edit.refuse("there is no profile " + quoted_name(profile));
  } else if (!edit.is_table(path_of(profile))) {
    edit.refuse("profile " + quoted_name(profile) + " is no table");
  }
}

// A member of an inline table taken out, with the comma that belongs to it.
std::string without_member(const Document& document, const Found& found) {
  const auto& members = found.table->members;
  const auto begin_of = [](const LayoutPair& pair) { return pair.path.front().span.begin; };
  ByteSpan span{begin_of(*found.pair), found.pair->value.span.end};
  if (found.member + 1 < members.size()) {
    span.end = begin_of(members[found.member + 1]);
  } else if (found.member > 0) {
    span.begin = members[found.member - 1].value.span.end;
  }
  return document.replaced(span, "");
}

// A pair taken out. A table that was there by its dotted keys alone must stay: the first keys of
// `keep` are its own, and it is written as an empty one then.
std::string without_pair(const Document& document, const Found& found, const KeyPath& keep) {
  if (found.table) return without_member(document, found);
  const auto& lines = document.statements()[found.statement].lines;
  const auto& path = found.pair->path;
  const auto below = found.path.size() - path.size();
  const bool names_it = below < keep.size();
  const auto others =
      std::count_if(document.pairs().begin(), document.pairs().end(), [&](const Found& other) {
        return other.path.size() > keep.size() && is_below(other.path, keep);
      });
  if (!names_it || others > 1 || document.header_of(keep)) return document.replaced(lines, "");
  const auto& last = path[keep.size() - below - 1];
  const ByteSpan rest{last.span.end, found.pair->value.span.end};
  return document.replaced(rest, " = {}");
}

// A new key where the profile's others are.
std::optional<std::string> with_key(const Document& document, std::string_view profile,
                                    std::string_view key, std::string_view value) {
  const auto top = path_of(profile);
  const auto new_value = value_text(value);
  if (const auto header = document.header_of(top)) {
    const auto last = document.last_of(*header);
    const bool has_pairs = last != *header;
    const auto assignment =
        has_pairs ? assignment_of(document, document.statements()[last].pair) : " = ";
    return document.with_line_after(last, indent_of(document, last) + key_text(key) + assignment +
                                              new_value);
  }
  if (const auto* table = document.find(top); table && table->pair->value.is_inline_table) {
    const auto& inside = table->pair->value;
    const auto member = key_text(key) + " = " + new_value;
    if (inside.members.empty()) return document.replaced(inside.span, "{ " + member + " }");
    const auto end = inside.members.back().value.span.end;
    return document.replaced({end, end}, ", " + member);
  }
  // Dotted keys: behind the last of them, in the same way.
  const Found* last = nullptr;
  for (const auto& found : document.pairs()) {
    const bool is_one = found.path.size() == top.size() + 1 && is_below(found.path, top);
    if (is_one && !found.table && found.pair->path.size() > 1) last = &found;
  }
  if (!last) return std::nullopt;
  const auto& path = last->pair->path;
  const ByteSpan before{path.front().span.begin, path[path.size() - 2].span.end};
  return document.with_line_after(
      last->statement, indent_of(document, last->statement) +
                           std::string(before.of(document.text())) + '.' + key_text(key) +
                           assignment_of(document, *last->pair) + new_value);
}

void need_no_profile(Edit& edit, std::string_view profile) {
  if (edit.failed()) return;
  const KeyPath all = {std::string(kProfiles)};
  if (edit.has(path_of(profile))) {
    edit.refuse("profile " + quoted_name(profile) + " already exists");
  } else if (edit.has(all) && !edit.is_table(all)) {
    edit.refuse("`profiles` is no table");
  }
}

/// Key and value as they are to stand in the text.
struct WrittenPair {
  std::string key;
  std::string value;

  std::string text() const { return key + " = " + value; }
};

// A new profile: inside `profiles = {…}` where that is written so, else at the end.
std::string with_new_profile(const Document& document, std::string_view profile,
                             const std::vector<WrittenPair>& pairs) {
  const auto* inline_table = document.find({std::string(kProfiles)});
  if (inline_table && inline_table->pair->value.is_inline_table) {
    std::string members;
    for (const auto& pair : pairs) {
      members += members.empty() ? " " : ", ";
      members += pair.text();
    }
    const auto member = key_text(profile) + " = {" + members + (members.empty() ? "}" : " }");
    const auto& inside = inline_table->pair->value;
    if (inside.members.empty()) return document.replaced(inside.span, "{ " + member + " }");
    const auto end = inside.members.back().value.span.end;
    return document.replaced({end, end}, ", " + member);
  }
  const auto end = document.line_end();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  auto text = document.text();
  if (!text.empty() && text != kByteOrderMark) {
    if (text.back() != '\n') text += end;
    text += end;
  }
  text += '[' + std::string(kProfiles) + '.' + key_text(profile) + ']' + end;
  for (const auto& pair : pairs) {
    text += pair.text();
    text += end;
  }
  return text;
}

}  // namespace

bool has_profile(std::string_view text, std::string_view profile) {
  const Edit edit(text);
  return !edit.failed() && edit.has(path_of(profile));
}

EditResult set_profile_key(std::string_view text, std::string_view profile, const ProfileKey& key,
                           std::string_view value) {
  Edit edit(text);
  need_profile(edit, profile);
  if (edit.failed()) return std::move(edit).result();
  // The names it stands under, the canonical one first.
  std::vector<std::string> standing;
  if (edit.has(path_of(profile, key.name))) standing.push_back(key.name);
  for (const auto& alias : key.aliases) {
    if (edit.has(path_of(profile, alias))) standing.push_back(alias);
  }
  for (std::size_t i = 0; i < standing.size(); ++i) {
    const Document document(edit.text());
    const auto* found = document.find(path_of(profile, standing[i]));
    if (!found) {
      edit.refuse(quoted_name(standing[i]) + " is a table, and no value");
      return std::move(edit).result();
    }
    edit.want_nothing(path_of(profile, standing[i]));
    if (i != 0) {
      edit.replace_text(without_pair(document, *found, path_of(profile)));
      continue;
    }
    const auto& span = found->pair->value.span;
    auto changed = document.replaced(span, value_text(value, span.of(document.text())));
    if (standing[i] != key.name) {
      const auto& name = found->pair->path.back().span;
      changed = changed.substr(0, name.begin) + key_text(key.name) + changed.substr(name.end);
    }
    edit.replace_text(std::move(changed));
  }
  edit.want(path_of(profile, key.name), value);
  if (standing.empty()) {
    auto changed = with_key(Document(edit.text()), profile, key.name, value);
    if (!changed) {
      edit.refuse("profile " + quoted_name(profile) +
                  " is written in a way that has no place for a new key");
    } else {
      edit.replace_text(std::move(*changed));
    }
  }
  return std::move(edit).result();
}

EditResult unset_profile_key(std::string_view text, std::string_view profile,
                             const ProfileKey& key) {
  Edit edit(text);
  need_profile(edit, profile);
  if (edit.failed()) return std::move(edit).result();
  auto names = key.aliases;
  names.push_back(key.name);
  bool was_set = false;
  for (const auto& name : names) {
    const auto path = path_of(profile, name);
    if (!edit.has(path)) continue;
    was_set = true;
    const Document document(edit.text());
    const auto* found = document.find(path);
    if (!found) {
      edit.refuse(quoted_name(name) + " is a table, and no value");
      break;
    }
    edit.want_nothing(path);
    edit.replace_text(without_pair(document, *found, path_of(profile)));
  }
  if (!was_set)
    edit.refuse(quoted_name(key.name) + " is not set in profile " + quoted_name(profile));
  return std::move(edit).result();
}

EditResult add_profile(std::string_view text, std::string_view profile,
                       std::span<const std::pair<std::string, std::string>> entries) {
  Edit edit(text);
  need_no_profile(edit, profile);
  if (edit.failed()) return std::move(edit).result();
  edit.want_table(path_of(profile));
  std::vector<WrittenPair> written;
  for (const auto& [key, value] : entries) {
    edit.want(path_of(profile, key), value);
    written.push_back({key_text(key), value_text(value)});
  }
  edit.replace_text(with_new_profile(Document(edit.text()), profile, written));
  return std::move(edit).result();
}

EditResult copy_profile(std::string_view text, std::string_view from, std::string_view profile) {
  Edit edit(text);
  need_profile(edit, from);
  need_no_profile(edit, profile);
  if (edit.failed()) return std::move(edit).result();
  const Document document(edit.text());
  const auto top = path_of(from);
  edit.want_table(path_of(profile));
  edit.want_copied(top, path_of(profile));
  std::vector<WrittenPair> written;
  for (const auto& found : document.pairs()) {
    if (found.path.size() != top.size() + 1 || !is_below(found.path, top)) continue;
    written.push_back({std::string(found.pair->path.back().span.of(document.text())),
                       std::string(found.pair->value.span.of(document.text()))});
  }
  edit.replace_text(with_new_profile(document, profile, written));
  return std::move(edit).result();
}

EditResult remove_profile(std::string_view text, std::string_view profile) {
  Edit edit(text);
  if (!edit.failed() && !edit.has(path_of(profile)))
    edit.refuse("there is no profile " + quoted_name(profile));
  if (edit.failed()) return std::move(edit).result();
  const auto top = path_of(profile);
  edit.want_nothing(top);
  // One piece at a time, since each moves what follows.
  while (true) {
    const Document document(edit.text());
    const auto& statements = document.statements();
    std::optional<std::string> changed;
    for (std::size_t i = 0; i < statements.size() && !changed; ++i) {
      if (statements[i].kind == LayoutStatement::Kind::pair ||
          !is_below(document.header_path(i), top))
        continue;
      changed = document.replaced(
          {statements[i].lines.begin, statements[document.last_of(i)].lines.end}, "");
    }
    for (const auto& found : document.pairs()) {
      if (changed || !is_below(found.path, top)) continue;
      changed = found.table ? without_member(document, found)
                            : document.replaced(statements[found.statement].lines, "");
    }
    if (!changed) break;
    edit.replace_text(std::move(*changed));
  }
  // Where it was the only one, `profiles` stays as an empty table.
  const auto parsed = parse_toml(edit.text());
  const auto* root = std::get_if<TomlNode>(&parsed);
  if (root && !root->find(kProfiles)) {
    const auto end = Document(edit.text()).line_end();
    auto changed = edit.text();
    if (!changed.empty() && changed.back() != '\n') changed += end;
    edit.replace_text(changed + '[' + std::string(kProfiles) + ']' + end);
  }
  return std::move(edit).result();
}

EditResult rename_profile(std::string_view text, std::string_view profile, std::string_view name) {
  Edit edit(text);
  if (!edit.failed() && !edit.has(path_of(profile)))
    edit.refuse("there is no profile " + quoted_name(profile));
  if (!edit.failed() && edit.has(path_of(name)))
    edit.refuse("profile " + quoted_name(name) + " already exists");
  if (edit.failed()) return std::move(edit).result();
  const auto top = path_of(profile);
  const Document document(edit.text());
  // Every place that names it, the last one first, so that the earlier ones stay where they are.
  std::vector<ByteSpan> names;
  for (std::size_t i = 0; i < document.statements().size(); ++i) {
    const auto& statement = document.statements()[i];
    if (statement.kind != LayoutStatement::Kind::pair && is_below(document.header_path(i), top))
      names.push_back(statement.header[1].span);
  }
  for (const auto& found : document.pairs()) {
    const auto above = found.path.size() - found.pair->path.size();
    if (is_below(found.path, top) && above < 2) names.push_back(found.pair->path[1 - above].span);
  }
  std::sort(names.begin(), names.end(),
            [](const ByteSpan& a, const ByteSpan& b) { return a.begin > b.begin; });
  auto changed = edit.text();
  for (const auto& span : names)
    changed = changed.substr(0, span.begin) + key_text(name) + changed.substr(span.end);
  edit.replace_text(std::move(changed));
  edit.want_moved(top, path_of(name));
  const auto* active = document.find({std::string(kActive)});
  const auto parsed = parse_toml(text);
  const auto* root = std::get_if<TomlNode>(&parsed);
  const auto* entry = root ? root->find(kActive) : nullptr;
  const bool is_active =
      entry && entry->node.kind == TomlNode::Kind::scalar && entry->node.value().str() == profile;
  if (!active || !is_active) return std::move(edit).result();
  edit.want({std::string(kActive)}, name);
  const Document renamed(edit.text());
  const auto& span = renamed.find({std::string(kActive)})->pair->value.span;
  edit.replace_text(renamed.replaced(span, value_text(name, span.of(renamed.text()))));
  return std::move(edit).result();
}

EditResult set_active_profile(std::string_view text, std::string_view profile) {
  Edit edit(text);
  if (edit.failed()) return std::move(edit).result();
  const KeyPath path = {std::string(kActive)};
  const Document document(edit.text());
  if (edit.has(path) && edit.is_table(path)) {
    edit.refuse("`active` is a table");
    return std::move(edit).result();
  }
  edit.want(path, profile);
  if (const auto* found = document.find(path)) {
    const auto& span = found->pair->value.span;
    edit.replace_text(document.replaced(span, value_text(profile, span.of(document.text()))));
    return std::move(edit).result();
  }
  // Above everything, but below a comment that stands for itself at the top.
  const auto end = document.line_end();
  std::size_t at = starts_with(edit.text(), "\xEF\xBB\xBF") ? 3 : 0;
  const auto blank = edit.text().find(end + end, at);
  const auto first = document.statements().empty() ? edit.text().size()
                                                   : document.statements().front().lines.begin;
  if (edit.text().compare(at, 1, "#") == 0 && blank != std::string::npos && blank < first)
    at = blank + 2 * end.size();
  const bool needs_space = at < edit.text().size() && edit.text().compare(at, end.size(), end) != 0;
  edit.replace_text(document.replaced({at, at}, std::string(kActive) + " = " + value_text(profile) +
                                                    end + (needs_space ? end : "")));
  return std::move(edit).result();
}

}  // namespace prefect_config
