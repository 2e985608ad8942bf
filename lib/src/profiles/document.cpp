#include "profiles/document.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <map>

namespace prefect_config {
namespace {

constexpr std::string_view kProfiles = "profiles";

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), is_bare_key_character);
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

// What stands before a pair on its line, and between its key and its value.
std::string indent_of(const Document& document, std::size_t statement) {
  const auto line = document.statements()[statement].lines.of(document.text());
  return std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
}

std::string assignment_of(const Document& document, const LayoutPair& pair) {
  const auto begin = pair.path.back().span.end;
  return document.text().substr(begin, pair.value.span.begin - begin);
}

// A member behind the others of an inline table.
std::string with_member(const Document& document, const LayoutValue& table,
                        const std::string& member) {
  if (table.members.empty()) return document.replaced(table.span, "{ " + member + " }");
  const auto end = table.members.back().value.span.end;
  return document.replaced({end, end}, ", " + member);
}

}  // namespace

bool is_below(const KeyPath& path, const KeyPath& top) {
  return path.size() >= top.size() && std::equal(top.begin(), top.end(), path.begin());
}

KeyPath path_of(std::string_view profile) { return {std::string(kProfiles), std::string(profile)}; }

KeyPath path_of(std::string_view profile, std::string_view key) {
  return {std::string(kProfiles), std::string(profile), std::string(key)};
}

namespace {

bool can_be_literal(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c != '\'' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  });
}

// `toml` 0.10.2, which Prefect reads with up to 3.4, gets some texts with these wrong in double
// quotes, and none in single ones.
bool is_misread_in_double_quotes(std::string_view text) {
  return text.find_first_of("\"\\") != std::string_view::npos;
}

}  // namespace

std::string key_text(std::string_view key) {
  if (is_bare_key(key)) return std::string(key);
  return value_text(key);
}

std::string value_text(std::string_view value, std::string_view old) {
  const bool is_literal = starts_with(old, "'") || is_misread_in_double_quotes(value);
  return is_literal && can_be_literal(value) ? '\'' + std::string(value) + '\''
                                             : basic_string(value);
}

namespace {

// A member of an inline table, with the comma that belongs to it.
ByteSpan member_span(const Found& found) {
  const auto& members = found.table->members;
  const auto begin_of = [](const LayoutPair& pair) { return pair.path.front().span.begin; };
  ByteSpan span{begin_of(*found.pair), found.pair->value.span.end};
  if (found.member + 1 < members.size()) {
    span.end = begin_of(members[found.member + 1]);
  } else if (found.member > 0) {
    span.begin = members[found.member - 1].value.span.end;
  }
  return span;
}

}  // namespace

std::string without_pair(const Document& document, const Found& found, const KeyPath& keep) {
  if (found.table) return document.replaced(member_span(found), "");
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

namespace {

// Whether a line is a key that somebody has commented out: `# NAME = value`.
bool is_commented_pair(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line[begin] != '#') return false;
  const auto key = line.find_first_not_of(" \t#", begin);
  if (key == std::string_view::npos) return false;
  auto end = key;
  while (end < line.size() && (is_bare_key_character(line[end]) || line[end] == '.')) ++end;
  const auto equals = line.find_first_not_of(" \t", end);
  return end > key && equals != std::string_view::npos && line[equals] == '=';
}

// The end of a section with the commented-out keys directly behind it: they are its own.
std::size_t end_with_comments(const Document& document, std::size_t end) {
  const auto& text = document.text();
  while (end < text.size()) {
    const auto line_end = std::min(text.find('\n', end), text.size() - 1) + 1;
    if (!is_commented_pair(std::string_view(text).substr(end, line_end - end))) break;
    end = line_end;
  }
  return end;
}

// Of one inline table: the members that go, in their order, with the commas that belong to them.
void add_member_spans(const LayoutValue& table, const std::vector<std::size_t>& gone,
                      std::vector<ByteSpan>& spans) {
  const auto begin_of = [&table](std::size_t member) {
    return table.members[member].path.front().span.begin;
  };
  // Those at the end go from the last one that stays, whose comma is theirs.
  auto first_at_end = table.members.size();
  auto rest = gone;
  while (!rest.empty() && rest.back() + 1 == first_at_end) {
    first_at_end = rest.back();
    rest.pop_back();
  }
  for (const auto member : rest) spans.push_back({begin_of(member), begin_of(member + 1)});
  if (first_at_end == table.members.size()) return;
  spans.push_back({first_at_end == 0 ? begin_of(0) : table.members[first_at_end - 1].value.span.end,
                   table.members.back().value.span.end});
}

}  // namespace

std::string without_profile(const Document& document, const KeyPath& top) {
  const auto& statements = document.statements();
  std::vector<ByteSpan> spans;
  std::vector<bool> is_gone(statements.size());
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].kind == LayoutStatement::Kind::pair ||
        !is_below(document.header_path(i), top))
      continue;
    const auto last = document.last_of(i);
    std::fill(is_gone.begin() + static_cast<std::ptrdiff_t>(i),
              is_gone.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
    spans.push_back(
        {statements[i].lines.begin, end_with_comments(document, statements[last].lines.end)});
  }
  for (const auto& found : document.pairs()) {
    // What is inside of a piece goes with it.
    if (found.table || is_gone[found.statement] || !is_below(found.path, top)) continue;
    spans.push_back(statements[found.statement].lines);
    is_gone[found.statement] = true;
  }
  std::map<const LayoutValue*, std::vector<std::size_t>> members;
  for (const auto& found : document.pairs()) {
    const bool is_outermost = found.path.size() - found.pair->path.size() < top.size();
    if (found.table && is_outermost && !is_gone[found.statement] && is_below(found.path, top))
      members[found.table].push_back(found.member);
  }
  for (const auto& [table, gone] : members) add_member_spans(*table, gone, spans);

  std::sort(spans.begin(), spans.end(),
            [](const ByteSpan& a, const ByteSpan& b) { return a.begin < b.begin; });
  std::string text;
  std::size_t at = 0;
  const auto end = document.line_end();
  const auto& old = document.text();
  for (const auto& span : spans) {
    text.append(old, at, span.begin - at);
    at = span.end;
    // Of the blank lines before and behind it one stays.
    const bool was_apart = text.empty() || ends_with(text, end + end);
    if (was_apart && old.compare(at, end.size(), end) == 0) at += end.size();
  }
  const bool was_last = at == old.size();
  text.append(old, at);
  if (was_last && ends_with(text, end + end)) text.resize(text.size() - end.size());
  return text;
}

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
    return with_member(document, table->pair->value, key_text(key) + " = " + new_value);
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

std::string with_new_profile(const Document& document, std::string_view profile,
                             const std::vector<WrittenPair>& pairs) {
  const auto* inline_table = document.find({std::string(kProfiles)});
  if (inline_table && inline_table->pair->value.is_inline_table) {
    std::string members;
    for (const auto& pair : pairs) {
      members += members.empty() ? " " : ", ";
      members += pair.text();
    }
    return with_member(document, inline_table->pair->value,
                       key_text(profile) + " = {" + members + (members.empty() ? "}" : " }"));
  }
  const auto end = document.line_end();
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

}  // namespace prefect_config
