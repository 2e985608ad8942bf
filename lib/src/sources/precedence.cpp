#include "sources/precedence.hpp"

#include <algorithm>

namespace prefect_config {
namespace {

using enum SourceKind;

constexpr SourceKind kEnvironmentAndProfile[] = {defaults, profile, environment, command_line};
constexpr SourceKind kWithDotenv[] = {defaults, profile, dotenv, environment, command_line};
constexpr SourceKind kAll[] = {defaults, profile,     pyproject_toml, prefect_toml,
                               dotenv,   environment, command_line};

constexpr Precedence kTable[] = {
    {{{0, 0, 0}, {2, UINT16_MAX, UINT16_MAX}}, kEnvironmentAndProfile, Names::after_source},
    {{{3, 0, 0}, {3, 0, 4}}, kEnvironmentAndProfile, Names::after_source},
    {{{3, 0, 5}, {3, 0, UINT16_MAX}}, kWithDotenv, Names::files_before_variables},
    {{{3, 1, 0}, {3, 1, 1}}, kAll, Names::files_before_variables},
    {{{3, 1, 2}, {3, 1, 5}}, kAll, Names::before_source},
    {{{3, 1, 6}, {UINT16_MAX, UINT16_MAX, UINT16_MAX}}, kAll, Names::after_source},
};

}  // namespace

std::span<const Precedence> precedence_table() { return kTable; }

const Precedence& precedence_of(Version version) {
  return *std::find_if(std::begin(kTable), std::end(kTable),
                       [version](const Precedence& row) { return row.versions.contains(version); });
}

int rank(const Precedence& precedence, SourceKind kind) {
  const auto found = std::find(precedence.sources.begin(), precedence.sources.end(), kind);
  return found == precedence.sources.end() ? -1
                                           : static_cast<int>(found - precedence.sources.begin());
}

}  // namespace prefect_config
