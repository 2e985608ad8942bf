// Which credentials stand in the clear in a file, by their fingerprints: those that a launch would
// send, with the connections, and those that are only there.
//
// What it is not: a finding. It judges nothing, so that what is kept back in a report is listed
// here all the same; and no secret leaves it but as a fingerprint.
//
// To add a kind of secret: its case in `secret_of`, beside that in secrets.cpp.
#pragma once

#include <prefect_config/version.hpp>

#include "launch/written.hpp"
#include "lint/report.hpp"
#include "lint/secrets.hpp"
#include "lint/texts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A secret that was found in a text.
struct ListedSecret {
  FoundSecret found;  ///< `at` is of the text of `file`
  std::string file;
  std::string value;  ///< as it stands there, or as its reader understood it; never shown
};

/// The credentials of a file's launches and what else is secret in it, by place, each once. `known`
/// are those that are listed already: of a settings file.
std::vector<LintCredential> credentials_of(const WrittenLaunches& written,
                                           const std::vector<ListedSecret>& secrets,
                                           std::vector<LintCredential> known,
                                           const LintTexts& texts, std::optional<Version> release,
                                           std::string_view key);

/// Sorts by place, and keeps each once.
void sort_credentials(std::vector<LintCredential>& credentials);

}  // namespace prefect_config
