// Pieces of JSON that several documents share: origins, candidates, findings.
#pragma once

#include <prefect_config/report.hpp>

#include "report/json_writer.hpp"

#include <optional>

namespace prefect_config {

/// `{"kind", "where", "line", "column", "key"}`; null for a default.
void write_origin(JsonWriter& json, const Candidate* candidate);
void write_origin(JsonWriter& json, const std::optional<Origin>& origin);

/// A value as design contract `typed_value` has it.
void write_typed(JsonWriter& json, const SettingValue& value, Disclosure secrets);

/// A candidate that did not win, with its value as Prefect prints it, and `reason` where there is
/// one.
void write_candidate(JsonWriter& json, const Candidate& candidate, Disclosure secrets,
                     std::string_view reason);

/// What `view` and `why` say of one setting, without its braces: name to rejected, derivation,
/// defaults.
/// `show_source`: Prefect's own document drops `source` with --hide-sources, and so does ours.
void write_setting(JsonWriter& json, const Resolved& resolved, Disclosure secrets,
                   bool show_source = true);

/// The members of one finding; the object is the caller's.
void write_finding(JsonWriter& json, const Finding& finding);

void write_findings(JsonWriter& json, const std::vector<Finding>& findings);

/// `schema`, `prefect_version`, `loads`, `profile`, `profiles_path`,
/// `loader_profiles_path`: how every document begins.
void write_head(JsonWriter& json, const Inspection& inspection, std::string_view command);

}  // namespace prefect_config
