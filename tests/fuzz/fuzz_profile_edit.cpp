// Edits of profiles.toml: whatever the text, an edit is refused, or its result is TOML in which the
// layout finds every byte. The first byte says which edit; names come from the text itself.
#include "adapters/toml.hpp"
#include "profiles/edit.hpp"
#include "profiles/toml_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace prefect_config;

namespace {

// Spans in order, inside the text, and one statement behind the other.
void check_layout(std::string_view text) {
  std::size_t at = 0;
  for (const auto& statement : toml_layout(text)) {
    if (statement.lines.begin < at || statement.lines.end > text.size() ||
        statement.lines.end <= statement.lines.begin)
      std::abort();
    at = statement.lines.end;
    if (statement.kind != LayoutStatement::Kind::pair) continue;
    const auto& value = statement.pair.value.span;
    if (value.begin < statement.lines.begin || value.end > statement.lines.end) std::abort();
  }
}

EditResult edited(std::string_view text, unsigned which, const std::string& profile,
                  const std::string& key) {
  switch (which % 6) {
  case 0:
    return set_profile_key(text, profile, {key, {"X"}}, "it's \"new\"\n");
  case 1:
    return unset_profile_key(text, profile, {key});
  case 2:
    return remove_profile(text, profile);
  case 3:
    return rename_profile(text, profile, "n n");
  case 4:
    return copy_profile(text, profile, "n.n");
  default:
    return set_active_profile(text, profile);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto parsed = parse_toml(text);
  const auto* root = std::get_if<TomlNode>(&parsed);
  if (!root) {
    if (!std::holds_alternative<EditProblem>(set_active_profile(text, "a"))) std::abort();
    return 0;
  }
  check_layout(text);
  std::string profile = "a";
  std::string key = "K";
  if (const auto* profiles = root->find("profiles")) {
    if (!profiles->node.entries.empty()) {
      const auto& entry = profiles->node.entries[data[0] / 6 % profiles->node.entries.size()];
      profile = entry.key;
      if (!entry.node.entries.empty()) key = entry.node.entries.front().key;
    }
  }
  const auto result = edited(text, data[0], profile, key);
  if (const auto* after = std::get_if<std::string>(&result)) {
    if (!std::holds_alternative<TomlNode>(parse_toml(*after))) std::abort();
    check_layout(*after);
  }
  return 0;
}
