#include "lint/texts.hpp"

#include "checks/shown_line.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

// A person looks at a line's beginning; where the place is further on, at what stands around it.
constexpr std::size_t kLongestLine = 200;
constexpr std::size_t kBefore = 60;

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
  std::vector<ByteSpan> hidden;
  for (const auto& secret : secrets) {
    const auto begin = std::max(secret.begin, line.begin);
    const auto end = std::min(secret.end, line.end);
    if (begin < end) hidden.push_back({begin - line.begin, end - line.begin});
  }
  std::sort(hidden.begin(), hidden.end(), [](const ByteSpan& a, const ByteSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  const ShownLine shown(line.of(text->lines.text()), hidden);
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
  const auto begin = text->lines.byte_at(span.line, span.column);
  const auto end = text->lines.byte_at(span.end_line, span.end_column);
  return place(path, ByteSpan{begin, std::max(begin, end)}, std::move(note));
}

std::string_view LintTexts::line(const std::string& path, std::size_t number) const {
  const auto* text = find(path);
  if (!text) return {};
  const auto line = text->lines.line_at(text->lines.byte_at(static_cast<std::uint32_t>(number), 1));
  return line.of(text->lines.text());
}

}  // namespace prefect_config
