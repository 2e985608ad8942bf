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

struct Precedence {
  VersionRange versions;
  /// Weakest first. A source that is missing here is not read by these releases.
  std::span<const SourceKind> sources;
  /// Up to 3.0.11 an alias loses to the canonical name in whatever source that stands; since 3.1.0
  /// the source decides first, and names only within one source. (Facts: settings.md 9b,
  /// measured 3.0.11, 3.1.15.)
  bool name_beats_source;
};

/// All rows, without gap or overlap over every version.
std::span<const Precedence> precedence_table();
const Precedence& precedence_of(Version version);
/// The rank of a source in a row: higher counts more; -1 where the row does not read it.
int rank(const Precedence& precedence, SourceKind kind);

}  // namespace prefect_config
