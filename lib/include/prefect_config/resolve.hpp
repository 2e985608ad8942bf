/// \file
/// Which value each setting has, and what became of every other value offered for it.
///
/// What it is not: a reader. Files and environment were read before (layers.hpp); this is a pure
/// function, so that its record can be the explanation: nothing looks at the sources a second time.
#pragma once

#include <prefect_config/layers.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prefect_config {

/// A candidate that Prefect refuses, and why. The reason never holds the value.
struct Rejected {
  const Candidate* candidate = nullptr;
  std::string reason;
};

/// One key of a mapping, and which candidate gave it its value.
struct MappingKey {
  std::string name;
  const Candidate* from = nullptr;
  Span span;  ///< the key's own place, else its candidate's
};

/// One setting in one launch.
struct Resolved {
  const Setting* setting = nullptr;
  SettingValue value;                      ///< typed, as Prefect's settings object holds it
  const Candidate* winner = nullptr;       ///< nullptr where the default stands
  std::vector<const Candidate*> shadowed;  ///< strongest first
  std::vector<const Candidate*> merged;    ///< weaker sources whose keys are part of a dict value
  std::vector<MappingKey> keys;            ///< of a dict value that was written, in its order
  std::vector<Rejected> rejected;
  std::vector<std::string_view>
      derived_from;             ///< what a computed value depends on: paths of settings, variables
  std::string_view derivation;  ///< how it was computed, for people; empty where it was not

  SourceKind source() const { return winner ? winner->origin.kind : SourceKind::defaults; }
};

/// All settings of one launch, in the registry's order.
struct Resolution {
  std::vector<Resolved> settings;
  std::vector<Finding> findings;
  bool loads = true;  ///< false where this Prefect version refuses to start with these settings

  /// The setting with this dotted path; nullptr where this version has none. `registry` is the one
  /// these settings were resolved with.
  const Resolved* find(const Registry& registry, std::string_view path) const;
  Resolved* find(const Registry& registry, std::string_view path);
};

/// Pure. `layers` must outlive the result, which points into it.
struct ResolveContext {
  std::string_view user_home;      ///< what `~` stands for
  std::string_view ssl_cert_file;  ///< SSL_CERT_FILE of the process; empty where it is not set
  bool ssl_cert_file_set = false;
  bool ssl_cert_file_missing = false;  ///< it names no file
  /// Of the settings that `prefect -p NAME` lays NAME over, what does not follow NAME's values: the
  /// home that `$PREFECT_HOME` in `profiles_path` stood for, and a log size that was capped.
  std::optional<std::string> earlier_home = {};
  std::optional<std::int64_t> earlier_log_size = {};
  /// What `~name` stands for; nothing where there is no such user.
  std::function<std::optional<std::string>(std::string_view)> home_of_user = {};
  /// The command line asked for the profile (2.20: its values beat the environment).
  bool profile_asked_for = false;
  /// Only whether the settings can be made, not what fails when a value is used. (2.20)
  bool settings_alone = false;
};
Resolution resolve(const Layers& layers, const Registry& registry, const ResolveContext& context);

}  // namespace prefect_config
