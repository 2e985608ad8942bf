#include "lint/texts.hpp"

#include "checks/shown_line.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

// A person looks at a line's beginning; where the place is further on, at what stands around it.
constexpr std::size_t kLongestLine = 200;
constexpr std::size_t kBefore = 60;

// What of these stretches lies on a line, from its beginning, in order.
std::vector<ByteSpan> hidden_in(const std::vector<ByteSpan>& secrets, ByteSpan line) {
  std::vector<ByteSpan> hidden;
  for (const auto& secret : secrets) {
    const auto begin = std::max(secret.begin, line.begin);
    const auto end = std::min(secret.end, line.end);
    if (begin < end) hidden.push_back({begin - line.begin, end - line.begin});
  }
  std::sort(hidden.begin(), hidden.end(), [](const ByteSpan& a, const ByteSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  return hidden;
}

}  // namespace

void LintTexts::add(const std::string& path, std::shared_ptr<const std::string> text) {
  if (path == path_ || others_.count(path) != 0) return;
  const std::string_view view = *text;
  others_.emplace(path, Text{LineIndex(view), {}, std::move(text)});
}

// A secret of several lines is hidden on each of them.
void LintTexts::Text::hide(ByteSpan secret) {
  for (auto at = secret.begin; at < secret.end;) {
    const auto line = lines.line_at(at);
    hidden[line.begin].push_back(secret);
    const auto line_end = lines.text().find('\n', line.end);
    if (line_end == std::string_view::npos) return;
    at = line_end + 1;
  }
}

const std::vector<ByteSpan>& LintTexts::Text::hidden_on(ByteSpan line) const {
  static const std::vector<ByteSpan> none;
  const auto found = hidden.find(line.begin);
  return found == hidden.end() ? none : found->second;
}

void LintTexts::hide(const std::string& path, ByteSpan secret) {
  if (path == path_) own_.hide(secret);
  const auto other = others_.find(path);
  if (other != others_.end()) other->second.hide(secret);
}

const LintTexts::Text* LintTexts::find(const std::string& path) const {
  if (path == path_) return &own_;
  const auto other = others_.find(path);
  return other == others_.end() ? nullptr : &other->second;
}

ByteSpan LintTexts::Text::bytes(const Span& span) const {
  const auto begin = lines.byte_at(span.line, span.column);
  return {begin, std::max(begin, lines.byte_at(span.end_line, span.end_column))};
}

ByteSpan LintTexts::bytes(const Span& span) const { return own_.bytes(span); }

Span LintTexts::span(const std::string& path, ByteSpan bytes) const {
  const auto* text = find(path);
  return text ? text->lines.span(bytes) : Span{};
}

LintPlace LintTexts::place(const std::string& path, ByteSpan bytes, std::string note) const {
  LintPlace place{path, {}, std::move(note), {}};
  const auto* text = find(path);
  if (!text) return place;
  place.span = text->lines.span(bytes);
  auto line = text->lines.line_at(bytes.begin);
  const auto& secrets = text->hidden_on(line);
  auto marked = bytes;
  marked.end = std::max(marked.begin, std::min(marked.end, line.end));
  if (line.size() > kLongestLine) {
    if (marked.begin - line.begin > kLongestLine - kBefore) line.begin = marked.begin - kBefore;
    line.end = std::min(line.end, line.begin + kLongestLine);
    // Never inside a code point.
    const auto is_inside = [&](std::size_t at) {
      return at < text->lines.text().size() &&
             (static_cast<unsigned char>(text->lines.text()[at]) & 0xC0) == 0x80;
    };
    while (line.begin < line.end && is_inside(line.begin)) ++line.begin;
    while (line.end > line.begin && is_inside(line.end)) --line.end;
  }
  const ShownLine shown(line.of(text->lines.text()), hidden_in(secrets, line));
  place.source.line = shown.text();
  place.source.column = shown.column(std::max(marked.begin, line.begin) - line.begin);
  const auto end = shown.column(std::min(marked.end, line.end) - line.begin);
  place.source.width =
      std::max<std::size_t>(1, end > place.source.column ? end - place.source.column : 0);
  return place;
}

LintPlace LintTexts::place(const std::string& path, const Span& span, std::string note) const {
  const auto* text = find(path);
  if (!text || !span.exists()) return {path, span, std::move(note), {}};
  return place(path, text->bytes(span), std::move(note));
}

std::string_view LintTexts::line(const std::string& path, std::size_t number) const {
  const auto* text = find(path);
  if (!text) return {};
  const auto line = text->lines.line_at(text->lines.byte_at(static_cast<std::uint32_t>(number), 1));
  return line.of(text->lines.text());
}

std::vector<std::string> LintTexts::shown_lines() const {
  std::vector<std::string> shown;
  const auto all = text();
  for (std::size_t at = 0; at < all.size();) {
    const auto line = own_.lines.line_at(at);
    shown.push_back(ShownLine(line.of(all), hidden_in(own_.hidden_on(line), line)).text());
    const auto end = all.find('\n', line.end);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return shown;
}

std::vector<ByteSpan> LintTexts::hidden() const {
  std::vector<ByteSpan> all;
  for (const auto& entry : own_.hidden)
    all.insert(all.end(), entry.second.begin(), entry.second.end());
  return all;
}

}  // namespace prefect_config
