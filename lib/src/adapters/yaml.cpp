#include "adapters/yaml.hpp"

#include "support/text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <sstream>

namespace prefect_config {
namespace {

// How often aliases and merges are followed: for nobody's file, and a bound for a hostile one.
constexpr int kDeepestAlias = 16;
constexpr std::size_t kMostPairs = 20000;

constexpr std::string_view kMerge = "<<";

}  // namespace

const YamlNode& YamlDocument::at(YamlId id) const {
  for (int i = 0; i < kDeepestAlias && nodes_[id].kind == YamlNode::Kind::alias; ++i)
    id = nodes_[id].target;
  return nodes_[id].kind == YamlNode::Kind::alias ? nodes_[kNoYaml] : nodes_[id];
}

void YamlDocument::each_pair(const YamlNode& mapping, std::vector<std::string_view>& seen,
                             std::size_t& budget, int depth,
                             const std::function<void(YamlId, YamlId)>& take) const {
  if (mapping.kind != YamlNode::Kind::mapping || depth > kDeepestAlias) return;
  const auto is_hidden = [&](std::string_view key, std::size_t size) {
    return std::find(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(size), key) !=
           seen.begin() + static_cast<std::ptrdiff_t>(size);
  };
  const auto before = seen.size();
  // Of a key that stands here twice the last one counts.
  std::map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < mapping.pairs.size(); ++i) last[at(mapping.pairs[i].first).text] = i;
  for (std::size_t i = 0; i < mapping.pairs.size(); ++i) {
    const auto& [key, value] = mapping.pairs[i];
    const std::string_view name = at(key).text;
    if (name == kMerge || last[name] != i || is_hidden(name, before)) continue;
    if (budget == 0) return;
    --budget;
    seen.push_back(name);
    take(key, value);
  }
  for (const auto& [key, value] : mapping.pairs) {
    if (at(key).text != kMerge) continue;
    const auto& merged = at(value);
    if (merged.kind == YamlNode::Kind::mapping) each_pair(merged, seen, budget, depth + 1, take);
    for (const auto item : merged.items) each_pair(at(item), seen, budget, depth + 1, take);
  }
}

void YamlDocument::each_pair(const YamlNode& mapping,
                             const std::function<void(YamlId, YamlId)>& take) const {
  std::vector<std::string_view> seen;
  auto budget = kMostPairs;
  each_pair(mapping, seen, budget, 0, take);
}

YamlId YamlDocument::find_id(const YamlNode& mapping, std::string_view key) const {
  if (mapping.kind != YamlNode::Kind::mapping) return kNoYaml;
  for (auto pair = mapping.pairs.rbegin(); pair != mapping.pairs.rend(); ++pair) {
    if (at(pair->first).text == key) return pair->second;
  }
  YamlId found = kNoYaml;
  each_pair(mapping, [&](YamlId name, YamlId value) {
    if (found == kNoYaml && at(name).text == key) found = value;
  });
  return found;
}

const YamlNode& YamlDocument::find(const YamlNode& mapping, std::string_view key) const {
  return at(find_id(mapping, key));
}

const YamlNode& YamlDocument::find_path(const YamlNode& mapping,
                                        std::initializer_list<std::string_view> keys) const {
  const auto* node = &mapping;
  for (const auto key : keys) node = &find(*node, key);
  return *node;
}

// ---------------------------------------------------------------------------------------------

class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(YamlDocument& document, std::string_view text, std::size_t begin)
      : document_(document), text_(text), begin_(begin) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.is_plain = true;
    // A value that is not there stands where the line goes on: at the key's end.
    node.begin = node.end = place(mark);
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.kind = YamlNode::Kind::alias;
    node.begin = place(mark);
    node.end = end_of_word(node.begin);
    const auto found = anchors_.find(anchor);
    node.target = found == anchors_.end() ? kNoYaml : found->second;
    add(std::move(node), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.begin = content_begin(place(mark));
    node.text = value;
    // yaml-cpp's own tags: `?` for plain scalars, `!` for quoted and block ones.
    node.is_plain = tag == "?" || tag.empty();
    if (!node.is_plain && tag != "!") node.tag = tag;
    if (!node.tag.empty()) node.is_plain = !is_quote(node.begin) && !is_block_mark(node.begin);
    node.is_block = !node.is_plain && is_block_mark(node.begin);
    node.end = scalar_end(node);
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlId id;
    YamlId key = kNoYaml;
    std::vector<std::string> keys = {};
  };

  std::size_t place(const YAML::Mark& mark) const {
    return std::min(begin_ + static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  }
  bool is_quote(std::size_t at) const {
    return at < text_.size() && (text_[at] == '"' || text_[at] == '\'');
  }
  bool is_block_mark(std::size_t at) const {
    return at < text_.size() && (text_[at] == '|' || text_[at] == '>');
  }
  std::size_t end_of_word(std::size_t at) const {
    return std::min(text_.find_first_of(" \t\r\n,]}", at), text_.size());
  }
  // Behind an anchor and a tag, which yaml-cpp counts as part of what they belong to.
  std::size_t content_begin(std::size_t at) const {
    for (int i = 0; i < 2 && at < text_.size() && (text_[at] == '&' || text_[at] == '!'); ++i) {
      const auto next = text_.find_first_not_of(" \t", end_of_word(at));
      if (next == std::string_view::npos) break;
      at = next;
    }
    return at;
  }
  std::size_t scalar_end(const YamlNode& node) const {
    if (is_quote(node.begin) && !node.is_plain) {
      const char quote = text_[node.begin];
      for (auto at = node.begin + 1; at < text_.size(); ++at) {
        if (quote == '"' && text_[at] == '\\') {
          ++at;
        } else if (text_[at] == quote) {
          if (quote == '\'' && at + 1 < text_.size() && text_[at + 1] == quote) {
            ++at;
          } else {
            return at + 1;
          }
        }
      }
      return text_.size();
    }
    if (node.is_plain && text_.compare(node.begin, node.text.size(), node.text) == 0)
      return node.begin + node.text.size();
    auto end = std::min(text_.find('\n', node.begin), text_.size());
    while (end > node.begin && (text_[end - 1] == '\r' || text_[end - 1] == ' ')) --end;
    return end;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    YamlNode node;
    node.kind = kind;
    node.begin = node.end = place(mark);
    if (tag != "?" && tag != "!") node.tag = tag;
    stack_.push_back({add(std::move(node), anchor)});
  }
  void close() { stack_.pop_back(); }

  YamlId add(YamlNode node, YAML::anchor_t anchor) {
    auto& nodes = document_.nodes_;
    const auto id = static_cast<YamlId>(nodes.size());
    if (anchor != 0) anchors_[anchor] = id;
    nodes.push_back(std::move(node));
    if (stack_.empty()) {
      document_.root_ = id;
      return id;
    }
    auto& top = stack_.back();
    auto& parent = nodes[top.id];
    if (parent.kind == YamlNode::Kind::sequence) {
      parent.items.push_back(id);
    } else if (top.key == kNoYaml) {
      top.key = id;
    } else {
      note_duplicate(parent, top.key);
      parent.pairs.emplace_back(top.key, id);
      top.key = kNoYaml;
    }
    return id;
  }

  void note_duplicate(const YamlNode& mapping, YamlId key) {
    // Of a mapping of this size nobody wants to know.
    constexpr std::size_t kLargest = 500;
    const auto& text = document_.at(key).text;
    if (mapping.pairs.size() > kLargest || text == kMerge) return;
    const bool is_there =
        std::any_of(mapping.pairs.begin(), mapping.pairs.end(),
                    [&](const auto& pair) { return document_.at(pair.first).text == text; });
    if (is_there && document_.at(key).kind == YamlNode::Kind::scalar)
      document_.duplicate_keys.push_back(key);
  }

  YamlDocument& document_;
  std::string_view text_;
  std::size_t begin_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, YamlId> anchors_;
};

namespace {

YamlDocument parse(std::string_view text, std::size_t begin, std::size_t end) {
  YamlDocument document;
  document.begin = begin;
  document.end = end;
  YamlBuilder builder(document, text, begin);
  std::istringstream stream{std::string(text.substr(begin, end - begin))};
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& error) {
    document.is_broken = true;
    document.problem = error.msg;
    document.problem_at =
        std::min(begin + static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
  }
  return document;
}

bool is_document_mark(std::string_view line) {
  return starts_with(line, "---") &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> yaml_documents(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> documents;
  std::size_t begin = 0;
  bool has_content = false;  // before the first mark there may be comments and directives alone
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    if (is_document_mark(line)) {
      if (has_content) documents.emplace_back(begin, at);
      if (has_content || !documents.empty()) begin = at;
      has_content = true;
    } else if (!line.empty() && line[0] != '#' && line[0] != '%' && line[0] != '\r') {
      has_content = true;
    }
    at = end + 1;
  }
  if (begin < text.size()) documents.emplace_back(begin, text.size());
  return documents;
}

std::string masked_templates(std::string_view text) {
  std::string masked(text);
  for (std::size_t at = 0; at + 1 < masked.size(); ++at) {
    const bool is_value = masked[at] == '{' && masked[at + 1] == '{';
    const bool is_statement = masked[at] == '{' && masked[at + 1] == '%';
    if (!is_value && !is_statement) continue;
    const auto close = text.find(is_value ? "}}" : "%}", at + 2);
    if (close == std::string_view::npos) break;
    const auto end = close + 2;
    const auto line_begin =
        text.rfind('\n', at) == std::string_view::npos || at == 0 ? 0 : text.rfind('\n', at) + 1;
    const auto line_end = std::min(text.find('\n', end), text.size());
    const bool is_alone = text.find_first_not_of(" \t-", line_begin) == at &&
                          std::all_of(text.begin() + static_cast<std::ptrdiff_t>(end),
                                      text.begin() + static_cast<std::ptrdiff_t>(line_end),
                                      [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    for (auto i = is_alone ? line_begin : at; i < end; ++i) {
      if (masked[i] == '\n' || masked[i] == '\r') continue;
      const bool is_plain = is_letter_or_digit(masked[i]) || masked[i] == '.';
      if (is_alone) {
        masked[i] = ' ';
      } else if (!is_plain) {
        masked[i] = '_';
      }
    }
    if (!is_alone) {
      masked[at] = masked[at + 1] = '<';
      masked[close] = masked[close + 1] = '>';
    }
    at = end - 1;
  }
  return masked;
}

YamlDocument read_yaml(std::string_view text, std::size_t begin, std::size_t end) {
  auto document = parse(text, begin, end);
  const auto own = text.substr(begin, end - begin);
  const bool has_templates =
      own.find("{{") != std::string_view::npos || own.find("{%") != std::string_view::npos;
  if (!document.is_broken || !has_templates) return document;
  // Only its own part: what stands before may hold half a template.
  auto masked = std::string(text.substr(0, begin)) + masked_templates(own);
  auto again = parse(masked, begin, masked.size());
  if (again.is_broken) return document;
  again.is_masked = true;
  return again;
}

}  // namespace prefect_config
