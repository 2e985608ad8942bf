// Every subset of sources times every state of each, pinned: which source wins, what is shadowed,
// what is rejected, whether Prefect loads. One line a case; a change of any line is a change of
// behaviour.
//
// To see the lines: PREFECT_CONFIG_DUMP=1 prefect_config_unit -tc="*matrix*"
#include <prefect_config/prefect_config.hpp>

#include "sources/precedence.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

using namespace prefect_config;

namespace {

enum class State { absent, empty, valid, invalid };
constexpr State kStates[] = {State::absent, State::empty, State::valid, State::invalid};
constexpr const char* kStateNames = "-eVX";

// A text no source shares with another, or none, or one that is refused.
std::string written(State state, std::size_t source) {
  if (state == State::empty) return "";
  if (state == State::invalid) return "not a number";
  return std::to_string(100 + source);
}

Layers layers_of(const Registry& registry, std::span<const SourceKind> sources,
                 const std::vector<State>& states) {
  Layers layers;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] == State::absent) continue;
    Candidate candidate;
    candidate.setting = registry.find_path("client.max_retries");
    candidate.written = Value(written(states[i], i));
    candidate.origin.kind = sources[i];
    candidate.origin.key = "PREFECT_CLIENT_MAX_RETRIES";
    layers.layers.push_back({sources[i], {candidate}});
  }
  return layers;
}

// What must come out, said without the engine: the strongest source that is there decides; where
// its value is refused (an empty text is no number) Prefect does not load, and the next one is
// shown beside it.
std::string expected(const std::vector<State>& states) {
  std::string rejected;
  std::string shadowed;
  std::string winner = "default=5";
  bool decided = false;
  for (std::size_t i = states.size(); i-- > 0;) {
    if (states[i] == State::absent) continue;
    if (decided) {
      shadowed += std::to_string(i);
    } else if (states[i] == State::valid) {
      winner = std::to_string(i) + "=" + std::to_string(100 + i);
      decided = true;
    } else {
      rejected += std::to_string(i);
    }
  }
  return winner + " shadowed:" + shadowed + " rejected:" + rejected +
         (rejected.empty() ? " loads" : " refused");
}

std::string outcome(const Resolution& resolution, const Registry& registry,
                    std::span<const SourceKind> sources) {
  const auto& resolved =
      resolution.settings[registry.index_of(*registry.find_path("client.max_retries"))];
  const auto index = [&](const Candidate& candidate) {
    std::size_t i = 0;
    while (sources[i] != candidate.origin.kind) ++i;
    return std::to_string(i);
  };
  std::string text = (resolved.winner ? index(*resolved.winner) : std::string("default")) + "=" +
                     resolved.value.open()->str();
  text += " shadowed:";
  for (const auto* candidate : resolved.shadowed) text += index(*candidate);
  text += " rejected:";
  for (const auto& rejected : resolved.rejected) text += index(*rejected.candidate);
  return text + (resolution.loads ? " loads" : " refused");
}

void check_all(Version version) {
  const Registry registry(version);
  const auto sources = precedence_of(version).sources.subspan(1);  // without the defaults
  std::size_t cases = 1;
  for (std::size_t i = 0; i < sources.size(); ++i) cases *= std::size(kStates);
  for (std::size_t number = 0; number < cases; ++number) {
    std::vector<State> states;
    std::string name;
    for (std::size_t i = 0, rest = number; i < sources.size(); ++i, rest /= std::size(kStates)) {
      states.push_back(kStates[rest % std::size(kStates)]);
      name += kStateNames[rest % std::size(kStates)];
    }
    const auto layers = layers_of(registry, sources, states);
    const auto got =
        outcome(resolve(layers, registry, {"/home/user", {}, false}), registry, sources);
    if (std::getenv("PREFECT_CONFIG_DUMP"))
      std::cout << version.text() << ' ' << name << ' ' << got << '\n';
    CAPTURE(name);
    REQUIRE(got == expected(states));
  }
}

}  // namespace

TEST_CASE("merge matrix: every subset of sources in every state") {
  for (const auto& row : precedence_table()) {
    for (const auto version : known_versions()) {
      if (!row.versions.contains(version)) continue;
      check_all(version);
      break;  // one release a row: the row is what differs
    }
  }
}

TEST_CASE("merge matrix: an empty text is a value and hides, for settings that take texts") {
  const Registry registry({3, 8, 8});
  const auto sources = precedence_of({3, 8, 8}).sources.subspan(1);
  for (const auto* path : {"api.url", "api.key"}) {
    for (std::size_t number = 0; number < 729;
         ++number) {  // absent, empty or a text, in six sources
      Layers layers;
      std::string expected = "none";
      std::size_t offered = 0;
      for (std::size_t i = 0, rest = number; i < sources.size(); ++i, rest /= 3) {
        if (rest % 3 == 0) continue;
        const std::string text = rest % 3 == 1 ? "" : "text of " + std::to_string(i);
        Candidate offer;
        offer.setting = registry.find_path(path);
        offer.written = Value(text);
        offer.origin.kind = sources[i];
        layers.layers.push_back({sources[i], {offer}});
        expected = std::to_string(i) + text;
        ++offered;
      }
      const auto resolution = resolve(layers, registry, {});
      const auto& resolved = resolution.settings[registry.index_of(*registry.find_path(path))];
      std::size_t source = 0;
      while (resolved.winner && sources[source] != resolved.winner->origin.kind) ++source;
      const auto text = resolved.value.with([](const Value& value) { return value.str(); });
      CHECK(resolution.loads);
      CHECK((resolved.winner ? std::to_string(source) + text : "none") == expected);
      CHECK(resolved.shadowed.size() + (resolved.winner ? 1 : 0) == offered);
    }
  }
}

TEST_CASE("merge matrix: the precedence table has one row for every release") {
  for (const auto version : known_versions()) {
    int rows = 0;
    for (const auto& row : precedence_table()) rows += row.versions.contains(version);
    CHECK(rows == 1);
    CHECK(precedence_of(version).sources.front() == SourceKind::defaults);
    CHECK(precedence_of(version).sources.back() == SourceKind::command_line);
  }
}

namespace {

Candidate candidate(const Registry& registry, SourceKind kind, std::string name, std::string value,
                    std::uint32_t position = 0, std::uint8_t group_depth = 0) {
  Candidate result;
  result.setting = registry.find_path("client.metrics.enabled");
  result.written = Value(std::move(value));
  result.origin.kind = kind;
  result.origin.key = std::move(name);
  result.name_rank = result.origin.key == "PREFECT_CLIENT_ENABLE_METRICS" ? 1 : 0;
  result.group_depth = group_depth;
  result.position = position;
  return result;
}

std::string winner_key(Version version, std::vector<Layer> given) {
  const Registry registry(version);
  Layers layers;
  layers.layers = std::move(given);
  const auto resolution = resolve(layers, registry, {"/home/user", {}, false});
  const auto* winner =
      resolution.settings[registry.index_of(*registry.find_path("client.metrics.enabled"))].winner;
  return std::string(prefect_word(winner->origin.kind)) + ' ' + winner->origin.key;
}

}  // namespace

TEST_CASE("merge: names and sources") {
  constexpr auto kCanonical = "PREFECT_CLIENT_METRICS_ENABLED";
  constexpr auto kAlias = "PREFECT_CLIENT_ENABLE_METRICS";
  const Registry registry({3, 8, 8});
  const Registry old({3, 0, 11});

  SUBCASE("the source decides before the name") {
    CHECK(
        winner_key({3, 8, 8}, {{SourceKind::profile,
                                {candidate(registry, SourceKind::profile, kCanonical, "true")}},
                               {SourceKind::environment,
                                {candidate(registry, SourceKind::environment, kAlias, "true")}}}) ==
        std::string("env ") + kAlias);
  }
  SUBCASE("up to 3.0.11 the name decides before the source") {
    CHECK(winner_key({3, 0, 11}, {{SourceKind::profile,
                                   {candidate(old, SourceKind::profile, kCanonical, "true")}},
                                  {SourceKind::environment,
                                   {candidate(old, SourceKind::environment, kAlias, "true")}}}) ==
          std::string("profile ") + kCanonical);
  }
  SUBCASE("within a source the canonical name wins whatever the order") {
    CHECK(winner_key({3, 8, 8},
                     {{SourceKind::environment,
                       {candidate(registry, SourceKind::environment, kCanonical, "true", 0),
                        candidate(registry, SourceKind::environment, kAlias, "false", 1)}}}) ==
          std::string("env ") + kCanonical);
  }
  SUBCASE("the same name in several cases: the last one wins") {
    CHECK(winner_key({3, 8, 8},
                     {{SourceKind::environment,
                       {candidate(registry, SourceKind::environment, kCanonical, "true", 0),
                        candidate(registry, SourceKind::environment,
                                  "prefect_client_metrics_enabled", "false", 1)}}}) ==
          "env prefect_client_metrics_enabled");
  }
  SUBCASE("a group's JSON beats a flat name of a stronger source") {
    CHECK(winner_key({3, 8, 8},
                     {{SourceKind::profile,
                       {candidate(registry, SourceKind::profile, "PREFECT_CLIENT", "true", 0, 1)}},
                      {SourceKind::environment,
                       {candidate(registry, SourceKind::environment, kCanonical, "true")}}}) ==
          "profile PREFECT_CLIENT");
  }
}

TEST_CASE("merge: names across sources, as each range of releases counts them") {
  // server.database.timeout by its canonical name (0) or its older one (1).
  struct Offer {
    SourceKind kind;
    std::uint8_t name;
    const char* value;
  };
  const auto outcome_of = [](Version version, std::vector<Offer> offers) {
    const Registry registry(version);
    Layers layers;
    for (const auto& offer : offers) {
      Candidate candidate;
      candidate.setting = registry.find_path("server.database.timeout");
      candidate.written = Value(std::string(offer.value));
      candidate.origin.kind = offer.kind;
      candidate.name_rank = offer.name;
      layers.layers.push_back({offer.kind, {candidate}});
    }
    const auto resolution = resolve(layers, registry, {"/home/user", {}, false});
    const auto* setting = registry.find_path("server.database.timeout");
    return resolution.settings[registry.index_of(*setting)].value.open()->str();
  };
  using enum SourceKind;
  // Each line was measured by running the release.
  CHECK(outcome_of({3, 0, 11}, {{environment, 1, "5"}, {dotenv, 0, "7"}}) == "7.0");
  CHECK(outcome_of({3, 0, 11}, {{environment, 0, "5"}, {profile, 1, "9"}}) == "9.0");
  CHECK(outcome_of({3, 1, 1}, {{environment, 0, "5"}, {prefect_toml, 0, "8"}}) == "8.0");
  CHECK(outcome_of({3, 1, 2}, {{environment, 1, "5"}, {dotenv, 0, "7"}}) == "7.0");
  CHECK(outcome_of({3, 1, 2}, {{environment, 0, "5"}, {profile, 1, "9"}}) == "5.0");
  CHECK(outcome_of({3, 1, 2}, {{environment, 1, "5"}, {profile, 1, "9"}}) == "5.0");
  CHECK(outcome_of({3, 1, 6}, {{environment, 1, "5"}, {dotenv, 0, "7"}}) == "5.0");
  CHECK(outcome_of({3, 1, 6}, {{environment, 0, "5"}, {prefect_toml, 0, "8"}}) == "5.0");
}
