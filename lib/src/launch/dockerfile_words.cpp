#include "launch/dockerfile_words.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <string_view>

namespace prefect_config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_name_part(char c) { return is_letter_or_digit(c) || c == '_'; }

class Unquoter {
 public:
  Unquoter(const PlacedText& text, ByteSpan word, char escape,
           const std::map<std::string, std::string>& known)
      : placed_(text), text_(std::string_view(text.text()).substr(0, word.end)), at_(word.begin),
        escape_(escape), known_(known) {}

  PlacedText run() {
    char quote = '\0';
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (quote != '\'' && c == escape_) {
        read_escape(quote);
      } else if (quote == '\0' ? c == '"' || c == '\'' : c == quote) {
        quote = quote == '\0' ? c : '\0';
        ++at_;
      } else if (quote != '\'' && c == '$') {
        read_dollar();
      } else {
        take(at_ + 1);
      }
    }
    return std::move(value_);
  }

 private:
  void take(std::size_t end) {
    value_.add(placed_, at_, end);
    at_ = end;
  }

  // In double quotes it is one before `"`, `$` and itself only.
  void read_escape(char quote) {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (quote == '\0' || next == '"' || next == '$' || next == escape_) ++at_;
    if (at_ < text_.size()) take(at_ + 1);
  }

  void read_dollar() {
    const bool has_brace = at_ + 1 < text_.size() && text_[at_ + 1] == '{';
    const auto begin = at_ + (has_brace ? 2 : 1);
    auto end = begin;
    while (end < text_.size() && is_name_part(text_[end])) ++end;
    // `$(…)` and a `$` before anything else are text.
    if (!has_brace && end == begin) return take(at_ + 1);
    const std::string name(text_.substr(begin, end - begin));
    auto close = end;
    if (has_brace) {
      close = std::min(text_.find('}', end), text_.size());
      if (take_default(end, close)) return;
    }
    const auto stop = std::min(has_brace ? close + 1 : end, text_.size());
    const auto found = known_.find(name);
    if (found != known_.end()) {
      value_.add_at(found->second, placed_.place(at_, stop));
      at_ = stop;
      return;
    }
    value_.mark_unknown();
    take(stop);
  }

  // `${X:-default}` with a default that is text.
  bool take_default(std::size_t at, std::size_t close) {
    if (at < close && text_[at] == ':') ++at;
    if (at + 1 >= close || text_[at] != '-') return false;
    const auto value = text_.substr(at + 1, close - at - 1);
    if (value.find_first_of("$\"'{\\`") != std::string_view::npos) return false;
    value_.add(placed_, at + 1, close);
    at_ = std::min(close + 1, text_.size());
    return true;
  }

  const PlacedText& placed_;
  std::string_view text_;
  std::size_t at_;
  char escape_;
  const std::map<std::string, std::string>& known_;
  PlacedText value_;
};

}  // namespace

std::vector<ByteSpan> docker_words(const PlacedText& placed, char escape) {
  const std::string_view text = placed.text();
  std::vector<ByteSpan> words;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_blank(text[at])) ++at;
    const auto begin = at;
    char quote = '\0';
    for (; at < text.size() && (quote != '\0' || !is_blank(text[at])); ++at) {
      const char c = text[at];
      if (c == escape && quote != '\'') {
        ++at;
      } else if (quote == '\0' ? c == '"' || c == '\'' : c == quote) {
        quote = quote == '\0' ? c : '\0';
      }
    }
    at = std::min(at, text.size());
    if (at > begin) words.push_back({begin, at});
  }
  return words;
}

PlacedText docker_value(const PlacedText& text, ByteSpan word, char escape,
                        const std::map<std::string, std::string>& known) {
  return Unquoter(text, word, escape, known).run();
}

}  // namespace prefect_config
