/// \file
/// What every source of one launch offers, before anything is decided.
///
/// What it is not: a merge. A layer keeps all candidates of its source, values as written, also
/// those that will lose or be refused; resolve.hpp decides.
///
/// To add a source: a file pair under lib/src/sources/ that makes a `Layer`, a line in load_layers,
/// and its place in the precedence table.
#pragma once

#include <prefect_config/finding.hpp>
#include <prefect_config/launch.hpp>
#include <prefect_config/origin.hpp>
#include <prefect_config/registry.hpp>
#include <prefect_config/secret.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace prefect_config {

/// Where one key of a table stands.
struct KeyPlace {
  std::string key;
  Span span;
};

/// One value offered for one setting by one source.
struct Candidate {
  const Setting* setting = nullptr;
  SettingValue written;
  Origin origin;
  std::uint8_t name_rank =
      0;  ///< position of its name among the accepted ones: 0 is the canonical name
  /// Where the value came inside a JSON object for a whole group (`PREFECT_API='{"url": …}'`): how
  /// many names deep the group is, 1 for `PREFECT_API`. 0 for a value of its own.
  std::uint8_t group_depth = 0;
  /// The member of a group is named by one of the setting's environment names instead of its
  /// field's: then it loses to variables of its own (measured 3.4.19, 3.8.8).
  bool group_alias = false;
  /// Named in .env by its field's name alone, `URL=…` (3.0.11 to 3.1.1).
  bool bare_name = false;
  std::uint32_t position = 0;  ///< order within the source: later beats earlier for the same name
  bool name_exact = true;      ///< the name is spelled in the registry's own case
  std::vector<KeyPlace> key_places = {};  ///< of a TOML table, each of its keys
};

/// A group of settings that one JSON object gives, itself or inside the object of a group above it.
struct GivenGroup {
  std::string path;
  std::uint8_t depth = 0;  ///< as Candidate::group_depth of its members
};

struct Layer {
  SourceKind kind;
  std::vector<Candidate> candidates;
  std::vector<GivenGroup> groups = {};
};

/// How one part of Prefect finds its profiles file and the active profile in it. The settings
/// loader and the command line do this separately, and can come to different answers.
struct ProfileSelection {
  std::string path;           ///< as Prefect has it: may be relative
  std::string path_reason;    ///< what decided the path, for people
  bool bundled_file = false;  ///< the file inside the Prefect package
  bool file_exists = false;
  std::string requested;  ///< the name asked for; empty where nothing asks
  std::string
      requested_by;  ///< `--profile`, `PREFECT_PROFILE`, `active`, `-p`; empty where nothing asks
  std::string name;  ///< the profile in force
  bool found =
      true;  ///< false where the requested one was not there and the default took its place
  std::string
      where;  ///< file the profile's values come from, absolute, or a note on the bundled ones

  /// `prefect -p NAME`: laid over the settings, as opposed to read among them.
  bool by_override() const { return requested_by == "-p"; }
};

/// A settings file as it was read, kept for the snippets of reports. Its text holds secrets: only
/// report/snippet shows lines of it, masked.
struct SourceFile {
  std::string where;  ///< absolute path
  std::string text;
  std::vector<Span> secrets;  ///< values that may be secret
  bool malformed = false;     ///< nothing is known of where its values are: all are masked
};

struct ProfilesFile;  // sources/profiles_file.hpp
struct ProjectToml;   // sources/project_toml.hpp

struct Layers {
  /// Weakest first, without defaults: those are the registry's.
  std::vector<Layer> layers;
  ProfileSelection loader;
  /// The loader's profiles file as read, for the command line's view of the same file; null where
  /// there is none or it is malformed.
  std::shared_ptr<const ProfilesFile> profiles_file;
  bool profiles_file_malformed = false;
  /// prefect.toml and pyproject.toml as read, strongest first, for what Prefect's own view makes of
  /// them.
  std::vector<std::shared_ptr<const ProjectToml>> project_files;
  std::vector<SourceFile> files;
  std::vector<Finding> findings;
  bool loads = true;     ///< false where this Prefect version fails while reading its sources
  bool complete = true;  ///< false where something could not be read here though Prefect might
};

/// Reads every source of a launch.
Layers load_layers(const Launch& launch, const Registry& registry);

}  // namespace prefect_config
