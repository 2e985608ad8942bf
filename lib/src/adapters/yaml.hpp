// YAML text as a small tree with the place of everything: the only door to yaml-cpp, by its events.
//
// What it is not: a loader. Nothing is converted (`on` stays the text `on`), nothing is expanded:
// an alias is a node of its own, at the place where it is used, so that a few lines of aliases
// cannot become gigabytes. Duplicate keys stay, in their order; `find` has the last one, as
// Compose, PyYAML and Kubernetes do.
//
// A text is cut into documents where lines begin with `---`, and each is read by itself: a broken
// one does not take the others with it.
#pragma once

#include "support/byte_span.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {

using YamlId = std::uint32_t;
inline constexpr YamlId kNoYaml = 0;

struct YamlNode {
  enum class Kind : std::uint8_t { none, scalar, sequence, mapping, alias };
  Kind kind = Kind::none;
  bool is_plain = false;  ///< a scalar without quotes: only these can be numbers, booleans or null
  bool is_block = false;  ///< a scalar behind `|` or `>`
  std::size_t begin = 0;  ///< bytes of the whole text; of an alias those of its use
  std::size_t end = 0;    ///< of a scalar on one line, with its quotes; else where it begins
  std::string text = {};  ///< of a scalar
  std::string tag = {};   ///< `!Sub`; empty where there is none
  std::vector<YamlId> items = {};                     ///< of a sequence
  std::vector<std::pair<YamlId, YamlId>> pairs = {};  ///< of a mapping
  YamlId target = kNoYaml;                            ///< of an alias
};

/// Where it stands; of a container where it begins.
inline ByteSpan span_of(const YamlNode& node) { return {node.begin, node.end}; }

class YamlDocument {
 public:
  /// The document's own node; none where it is empty or broken.
  const YamlNode& root() const { return nodes_[root_]; }
  /// A node, and behind an alias what it stands for.
  const YamlNode& at(YamlId id) const;
  /// The node as it stands: the alias itself.
  const YamlNode& as_written(YamlId id) const { return nodes_[id]; }

  /// The value of a key of a mapping: its own last one, else that of a merge (`<<`); a node of kind
  /// none where there is none.
  const YamlNode& find(const YamlNode& mapping, std::string_view key) const;
  YamlId find_id(const YamlNode& mapping, std::string_view key) const;
  /// `find` again and again.
  const YamlNode& find_path(const YamlNode& mapping,
                            std::initializer_list<std::string_view> keys) const;

  /// Every pair that counts: own ones, then those of merges that no own one hides. Bounded,
  /// whatever the aliases do.
  void each_pair(const YamlNode& mapping,
                 const std::function<void(YamlId key, YamlId value)>& take) const;

  bool is_broken = false;
  bool is_masked = false;      ///< templates in it were read as text, by `<<…>>` in their place
  std::string problem = {};    ///< where it is broken: for people, without text of the document
  std::size_t problem_at = 0;  ///< the byte
  std::size_t begin = 0;       ///< bytes of the text that are this document
  std::size_t end = 0;
  std::vector<YamlId> duplicate_keys = {};  ///< each key that stands there a second time

 private:
  friend class YamlBuilder;
  void each_pair(const YamlNode& mapping, std::vector<std::string_view>& seen, std::size_t& budget,
                 int depth, const std::function<void(YamlId, YamlId)>& take) const;

  std::vector<YamlNode> nodes_ = {YamlNode{}};
  YamlId root_ = kNoYaml;
};

/// Where the documents of a text begin and end, in bytes.
std::vector<std::pair<std::size_t, std::size_t>> yaml_documents(std::string_view text);

/// The document that stands at [begin, end) of a text. One that is no YAML and holds `{{` is tried
/// again with its templates masked.
YamlDocument read_yaml(std::string_view text, std::size_t begin, std::size_t end);

/// A text whose templates (`{{ … }}`, `{% … %}`) are made plain text, byte by byte in the same
/// place; lines of nothing else become blank.
std::string masked_templates(std::string_view text);

}  // namespace prefect_config
