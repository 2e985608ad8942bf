#include "launch/compose_text.hpp"

#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <optional>

namespace prefect_config {
namespace {

constexpr int kDeepestDefault = 16;

bool is_name_start(char c) { return is_letter(c) || c == '_'; }

std::size_t name_size(std::string_view text) {
  if (text.empty() || !is_name_start(text[0])) return 0;
  std::size_t size = 1;
  while (size < text.size() &&
         (is_name_start(text[size]) || (text[size] >= '0' && text[size] <= '9')))
    ++size;
  return size;
}

// Where the brace closes that a text begins with. Compose counts braces of all kinds, but of two in
// a row only the first, and where they do not come out even takes the last one that closes.
std::size_t closing_brace(std::string_view text) {
  int open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '}' && --open == 0) return at;
    if (text[at] == '{') {
      ++open;
      ++at;
    }
  }
  return text.rfind('}');
}

class Interpolation {
 public:
  explicit Interpolation(const ComposeLookup& lookup) : lookup_(lookup) {}

  void run(std::string_view text, int depth) {
    while (!text.empty() && !is_full()) {
      const auto dollar = std::min(text.find('$'), text.size());
      result_.text += text.substr(0, dollar);
      text.remove_prefix(dollar);
      if (!text.empty()) text.remove_prefix(read_one(text, depth));
    }
    if (is_full()) result_.is_open = true;
  }

  ComposeText take() { return std::move(result_); }

 private:
  bool is_full() const { return result_.text.size() > kLongestValue; }

  // What begins with `$`; says how many bytes it was.
  std::size_t read_one(std::string_view text, int depth) {
    if (starts_with(text, "$$")) {
      result_.text += '$';
      return 2;
    }
    if (starts_with(text, "${")) return read_braced(text, depth);
    const auto size = name_size(text.substr(1));
    if (size == 0) {
      result_.text += '$';
      return 1;
    }
    const auto* variable = lookup_(text.substr(1, size));
    put(variable, text.substr(0, size + 1));
    return size + 1;
  }

  std::size_t read_braced(std::string_view text, int depth) {
    const auto close = closing_brace(text.substr(1));
    const auto inside = close == std::string_view::npos ? "" : text.substr(2, close - 1);
    const auto size = name_size(inside);
    if (size == 0 || depth > kDeepestDefault) return refuse(text);
    const auto written = text.substr(0, close + 2);
    const auto* variable = lookup_(inside.substr(0, size));
    auto rest = inside.substr(size);
    if (rest.empty()) {
      put(variable, written);
      return written.size();
    }
    const bool empty_counts = rest[0] != ':';
    if (!empty_counts) rest.remove_prefix(1);
    if (rest.empty() || !is_operator(rest[0])) return refuse(text);
    choose(variable, rest[0], empty_counts, rest.substr(1), written, depth);
    return written.size();
  }

  static bool is_operator(char c) { return c == '-' || c == '+' || c == '?'; }

  void choose(const WrittenVariable* variable, char mark, bool empty_counts, std::string_view other,
              std::string_view written, int depth) {
    if (variable && variable->is_opaque) return put(nullptr, written);
    const bool counts = variable && (empty_counts || !variable->value.empty());
    if (mark == '-' && !counts) return run(other, depth + 1);
    if (mark == '+' && counts) return run(other, depth + 1);
    if (mark == '?' && !counts) return put(nullptr, written);
    put(variable, written);
  }

  void put(const WrittenVariable* variable, std::string_view written) {
    const bool is_known =
        variable && !variable->is_opaque && variable->value.size() <= kLongestValue;
    result_.text += is_known ? std::string_view(variable->value) : written;
    if (!is_known) result_.is_open = true;
  }

  // Compose stops at it, and so does the reading.
  std::size_t refuse(std::string_view text) {
    result_.text += text;
    result_.is_open = true;
    return text.size();
  }

  const ComposeLookup& lookup_;
  ComposeText result_;
};

}  // namespace

ComposeText interpolated(std::string_view text, const ComposeLookup& lookup) {
  Interpolation interpolation(lookup);
  interpolation.run(text, 0);
  return interpolation.take();
}

}  // namespace prefect_config
