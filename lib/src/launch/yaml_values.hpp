// What the readers of YAML files share: a variable from a pair, a scalar as a process gets it,
// which text is a template, a command from a list.
//
// What it is not: a reader of a kind of file; which keys mean what is said there.
//
// To add a template language: its marks in `is_template_text`, its row in test_yaml_values.cpp.
#pragma once

#include "adapters/yaml.hpp"
#include "launch/written.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {

/// How deep nodes are followed, and how much is made of one file: no real file comes near, and a
/// hostile one ends there.
inline constexpr int kDeepestYaml = 64;
inline constexpr std::size_t kMostVariables = 20000;
inline constexpr std::size_t kMostLaunches = 500;
inline constexpr std::size_t kMostHosts = 1000;
inline constexpr std::size_t kMostPairs = 200000;    ///< of mappings that aliases can repeat
inline constexpr std::size_t kMostListed = 100;      ///< of short lists: files, networks, names
inline constexpr std::size_t kMostMade = 16u << 20;  ///< bytes of values that are made, not copied
/// Linux starts no process with a longer variable.
inline constexpr std::size_t kLongestValue = 128u << 10;

/// The pairs of a mapping that count (`YamlDocument::each_pair`), looked up again and again.
class YamlFields {
 public:
  YamlFields(const YamlDocument& document, const YamlNode& mapping);
  /// The value as it stands (an alias is an alias); kNoYaml where there is none.
  YamlId id(std::string_view name) const;
  YamlId key_id(std::string_view name) const;
  /// The value, behind an alias what it stands for; a node of kind none where there is none.
  const YamlNode& operator[](std::string_view name) const { return document_->at(id(name)); }
  /// The text of a scalar; empty where it is none.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return id(name) != kNoYaml; }
  std::size_t size() const { return pairs_.size(); }

 private:
  const YamlDocument* document_;
  std::map<std::string_view, std::pair<YamlId, YamlId>> pairs_;
};

/// Text that another program fills in before a process gets it: `{{ … }}`, `{% … %}`, `<<…>>` (a
/// template that was masked), `${{ … }}`, `$(…)`, `ENC[…]` of sops.
bool is_template_text(std::string_view text);

/// From the first byte of a node to the last of what is in it.
ByteSpan whole_span(const YamlDocument& document, YamlId id);

/// `null`, `~` or nothing at all, without quotes.
bool is_null(const YamlNode& node);
/// `true`, in YAML 1.2's spellings and without quotes.
bool is_true(const YamlNode& node);

/// The text of a scalar after YAML made a number or a boolean of it and Go made text of that, as
/// Compose, kubectl and Helm do: `True` is `true`, `1.0` is `1`, `1_000` is `1000`, `0x10` is `16`;
/// `yes` and `on` stay, and so does everything in quotes. Of a date the text as it is written.
std::string scalar_text(const YamlNode& node);

/// The variable that a pair sets, with no meaning beyond YAML's: a template, a custom tag and what
/// is no scalar are opaque, and then `value` is the file's own text.
WrittenVariable variable_of_pair(const WrittenFile& file, const YamlDocument& document, YamlId key,
                                 YamlId value);
/// The same for a value whose name stands elsewhere.
WrittenVariable variable_of_value(const WrittenFile& file, const YamlDocument& document,
                                  std::string name, ByteSpan name_at, YamlId value);

/// A variable whose value is not here: `what` says where it is (`secretKeyRef prefect/key`), `at`
/// is the node that says so.
WrittenVariable opaque_variable(const WrittenFile& file, std::string name, ByteSpan name_at,
                                std::string what, std::size_t at);

/// A command: a text as it is, a list as words that a shell would read as them; empty where it is
/// neither.
std::string command_text(const YamlDocument& document, const YamlNode& node);
/// The same with its place; nothing where it is empty.
std::optional<WrittenCommand> command_of(const YamlDocument& document, YamlId id);
/// The role of an entrypoint and what follows it.
WrittenRole role_of_whole(const std::vector<WrittenCommand>& commands);

/// What is left to be made of one file.
class WrittenBudget {
 public:
  /// False where nothing more may be taken.
  bool take(std::size_t bytes) {
    if (variables_ == 0 || bytes > bytes_) return false;
    --variables_;
    bytes_ -= bytes;
    return true;
  }
  /// The same for a mapping that was looked through.
  bool take_pairs(std::size_t count) {
    pairs_ -= count < pairs_ ? count : pairs_;
    return !is_spent();
  }
  bool is_spent() const { return variables_ == 0 || pairs_ == 0; }

 private:
  std::size_t pairs_ = kMostPairs;
  std::size_t variables_ = kMostVariables;
  std::size_t bytes_ = kMostMade;
};

/// What `data` of a Kubernetes Secret is, by its text alone.
enum class Base64State : std::uint8_t {
  none,          ///< no text
  fine,          ///< base64, of something that is none
  not_base64,    ///< a cluster refuses the Secret
  decodes_twice  ///< base64 of base64 of a readable text
};

/// Quotes around the text and line ends in it do not count, so that the text at a variable's
/// `value_at` can be given. A variable of form `secret_data` that is not base64 is opaque, and its
/// `value` is that text too; else `value` is what it decodes to.
Base64State base64_state(std::string_view data);

/// What a cluster makes of it; nothing where it is no base64.
std::optional<std::string> base64_value(std::string_view data);

}  // namespace prefect_config
