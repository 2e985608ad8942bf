// Which sources a Prefect release reads and in which order they count: the one place that says so.
//
// What it is not: the merge. resolve/resolve.cpp applies a row to candidates.
//
// To add a source: its place in the lists below. A release that changes the order: one more row.
#pragma once

#include <prefect_config/origin.hpp>
#include <prefect_config/version.hpp>

#include <span>

namespace prefect_config {

/// How the names of a setting that has an older one count across sources. Settings with one name
/// follow the sources alone.
enum class Names : unsigned char {
  /// The source decides; names only within one. (since 3.1.6; measured 3.1.6, 3.1.15 and later)
  after_source,
  /// The canonical name beats the older one in whatever variables they stand; what TOML files and
  /// profiles say counts as the older name. (3.1.2 to 3.1.5; measured 3.1.2)
  before_source,
  /// The same, but what TOML files and profiles say beats every variable. (3.0.11 to 3.1.1;
  /// measured
  /// both; PrefectHQ/prefect#15981)
  files_before_variables,
};

struct Precedence {
  VersionRange versions;
  /// Weakest first. A source that is missing here is not read by these releases.
  std::span<const SourceKind> sources;
  Names names;
};

/// All rows, without gap or overlap over every version.
std::span<const Precedence> precedence_table();
const Precedence& precedence_of(Version version);
/// The rank of a source in a row: higher counts more; -1 where the row does not read it.
int rank(const Precedence& precedence, SourceKind kind);

}  // namespace prefect_config
