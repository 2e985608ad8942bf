// Files of Prefect's own in a repository: prefect.toml, pyproject.toml, profiles.toml.
//
// What it is not: a reading of them. Prefect's is the engine's, here with nothing but the file.
#pragma once

#include <prefect_config/version.hpp>

#include "lint/policy.hpp"
#include "lint/report.hpp"
#include "lint/texts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// Whether a file of this name (in lower case) is one, by what is in it.
bool is_settings_file(std::string_view name, std::string_view text);

/// What is wrong with it, secrets in the clear among it. `policy` may be null; without a
/// release it is the newest that is known.
std::vector<LintFinding> check_settings_file(const std::string& path, const LintTexts& texts,
                                             const LintPolicy* policy,
                                             std::optional<Version> release);

/// The credentials that it gives a process, with the connections where they are sent: those of
/// prefect.toml by no launch that is known, those of profiles.toml by each profile. By their
/// fingerprints under `key`.
std::vector<LintCredential> credentials_of_settings_file(const std::string& path,
                                                         const LintTexts& texts,
                                                         std::optional<Version> release,
                                                         std::string_view key);

}  // namespace prefect_config
