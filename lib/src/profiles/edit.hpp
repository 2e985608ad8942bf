// Edits of profiles.toml by byte span: the bytes of the intended key change, and no others.
//
// What it is not: a writer of TOML (comments, order, quotes and line ends stay because nobody
// writes them anew), and not a store: no file is opened here.
//
// Every edit is checked: the new text is parsed again and must differ from the old one in exactly
// what was asked for, else it is refused.
#pragma once

#include <prefect_config/origin.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace prefect_config {

/// Why an edit is refused, for people. Never with a value in it.
struct EditProblem {
  std::string reason;
  Span place = {};  ///< of malformed TOML
};

/// The new text.
using EditResult = std::variant<std::string, EditProblem>;

/// Whether a text has this profile; false of a text that is no TOML.
bool has_profile(std::string_view text, std::string_view profile);

/// The text of `active`; empty where there is none, and of a text that is no TOML.
std::string active_profile(std::string_view text);

/// One setting of a profile, by its canonical name and the other names it may stand under.
struct ProfileKey {
  std::string name;
  std::vector<std::string> aliases = {};
};

/// Gives a key of a profile that is there a value, as a TOML string. A key that stands under an
/// alias gets its canonical name, as Prefect 3.8.8 does it.
EditResult set_profile_key(std::string_view text, std::string_view profile, const ProfileKey& key,
                           std::string_view value);

/// Takes a key away, under every name; refused where it is not set.
EditResult unset_profile_key(std::string_view text, std::string_view profile,
                             const ProfileKey& key);

/// Adds a profile at the end; refused where there is one of this name. `entries` are its keys and
/// values.
EditResult add_profile(std::string_view text, std::string_view profile,
                       std::span<const std::pair<std::string, std::string>> entries = {});

/// Adds a profile with the keys of another one, values as they are written there.
EditResult copy_profile(std::string_view text, std::string_view from, std::string_view profile);

/// Takes a profile away, with the comments inside it and the commented-out keys directly below.
EditResult remove_profile(std::string_view text, std::string_view profile);

/// Gives a profile another name, in place; `active` follows where it names it.
EditResult rename_profile(std::string_view text, std::string_view profile, std::string_view name);

/// Makes a profile the active one.
EditResult set_active_profile(std::string_view text, std::string_view profile);

}  // namespace prefect_config
