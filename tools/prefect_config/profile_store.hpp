// What the commands that edit profiles share: which file, which profile, how an edit is told.
//
// What it is not: an edit (lib/src/profiles).
#pragma once

#include "command.hpp"
#include "profiles/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config::tool {

/// The profiles file that Prefect's command line reads and writes, absolute.
std::string profiles_path_of(const Inspection& inspection);

/// The values of a profile that Prefect ships; empty where it ships none of this name.
std::vector<std::pair<std::string, std::string>> bundled_entries(const Inspection& inspection,
                                                                 std::string_view profile);
bool is_bundled(const Inspection& inspection, std::string_view profile);

/// An edit of a profile that is Prefect's own as long as nobody wrote it: it is written first.
EditResult with_profile(const Inspection& inspection, std::string_view text,
                        std::string_view profile);

/// Runs an edit and says what came of it: `said` where it is done. The status is 1 where it was
/// refused, 3 where the file could not be read or written.
Outcome update(const Inspection& inspection,
               const std::function<EditResult(std::string_view text)>& edit, std::string said);

/// Why an edit is refused, as an outcome.
Outcome refused_edit(const Inspection& inspection, const EditProblem& problem);

/// The line that says how to use a new profile; empty where its name cannot be typed.
std::string next_use(const std::string& profile);

/// Whether pydantic takes a variable for a setting: `PREFECT_...` in any case.
bool is_prefect_name(std::string_view name);

/// Takes every variable of Prefect's away, but for those that choose the profiles file and the
/// profile.
void drop_settings(Launch& launch);
bool is_dropped_setting(std::string_view name);

/// What is said of a setting that was written, where another source hides it; empty where none
/// does.
std::string note_if_hidden(const Resolved& resolved);

/// What is said where the file cannot be read, and so not edited; nothing where it can. Also with
/// -q: it is the answer.
std::optional<Outcome> unreadable(const Inspection& inspection);

/// The sentence that ends every refusal of an edit.
inline constexpr const char* kFileAsItWas = "the file is as it was\n";

/// The same, and where there is no such profile.
std::optional<Outcome> no_profile(const Inspection& inspection);

/// `prefect-config: TEXT`, with what follows, as an outcome of status 1.
Outcome refusal(const std::string& text);

}  // namespace prefect_config::tool
