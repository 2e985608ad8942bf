#include "profiles/edit.hpp"

#include "adapters/toml.hpp"
#include "profiles/document.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace prefect_config {
namespace {

constexpr std::string_view kProfiles = "profiles";
constexpr std::string_view kActive = "active";

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
    want_table(KeyPath(path.begin(), path.end() - 1));
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

void need_profile(Edit& edit, std::string_view profile) {
  if (edit.failed()) return;
  if (!edit.has(path_of(profile))) {
    edit.refuse("there is no profile " + quoted_name(profile));
  } else if (!edit.is_table(path_of(profile))) {
    edit.refuse("profile " + quoted_name(profile) + " is no table");
  }
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

}  // namespace

bool has_profile(std::string_view text, std::string_view profile) {
  const Edit edit(text);
  return !edit.failed() && edit.has(path_of(profile));
}

std::string active_profile(std::string_view text) {
  const auto parsed = parse_toml(text);
  const auto* root = std::get_if<TomlNode>(&parsed);
  const auto* entry = root ? root->find(kActive) : nullptr;
  return entry && entry->node.kind == TomlNode::Kind::scalar ? entry->node.value().str() : "";
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
  for (const auto& found : document.pairs()) {
    if (found.path.size() > top.size() + 1 && is_below(found.path, top)) {
      edit.refuse("profile " + quoted_name(from) + " holds tables, which no setting is");
      return std::move(edit).result();
    }
  }
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
  edit.replace_text(without_profile(Document(edit.text()), top));
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
  // Every place that names it.
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
            [](const ByteSpan& a, const ByteSpan& b) { return a.begin < b.begin; });
  std::string changed;
  std::size_t at = 0;
  for (const auto& span : names) {
    changed.append(edit.text(), at, span.begin - at).append(key_text(name));
    at = span.end;
  }
  edit.replace_text(changed.append(edit.text(), at));
  edit.want_moved(top, path_of(name));
  const auto* active = document.find({std::string(kActive)});
  if (!active || active_profile(text) != profile) return std::move(edit).result();
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
  std::size_t at = starts_with(edit.text(), kByteOrderMark) ? kByteOrderMark.size() : 0;
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
