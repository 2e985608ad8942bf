/// \file
/// The whole flow for one launch: locate, read, resolve, choose credentials, check.
///
/// What it is not: a report. Commands show parts of an `Inspection`; nothing here makes text.
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/layers.hpp>
#include <prefect_config/resolve.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {

class KnownSecrets;  // sources/known_secrets.hpp

/// The profile as Prefect's command line sees it: bundled profiles and the user's merged key by
/// key.
struct CommandLineProfile {
  ProfileSelection selection;
  std::vector<Candidate> candidates;  ///< one a setting, canonical name first
  std::string warning;  ///< what Prefect prints on stderr when the profile is not found
};

/// Moves and does not copy: `resolution` points into `layers`.
struct Inspection {
  Inspection(Launch of, Registry settings) : launch(std::move(of)), registry(std::move(settings)) {}
  Inspection(Inspection&&) = default;
  Inspection& operator=(Inspection&&) = default;

  Launch launch;
  Registry registry;
  Layers layers;
  Resolution resolution;
  /// The settings as they were before `prefect -p NAME` laid a profile over them, where it did:
  /// what Prefect's own view takes for defaults.
  std::optional<Resolution> earlier = {};
  CommandLineProfile command_line;
  /// The launch's own secrets, hidden in everything here and to be hidden in what is made of its
  /// files anew; null where there are none.
  std::shared_ptr<const KnownSecrets> known_secrets = nullptr;
  std::vector<Finding> findings;  ///< of all stages, most severe first, in the order of discovery
  bool loads = true;
  /// False where the settings load and every `prefect` command still ends with a traceback.
  bool command_starts = true;
  bool complete = true;

  const Resolved& at(std::string_view path) const;
  /// nullptr where this version has no such setting.
  const Resolved* find(std::string_view path) const;
};

Inspection inspect(Launch launch);

/// What is wrong with the release that was asked for: another one answers for it, or it is not
/// where it was looked for.
std::vector<Finding> check_version(const Launch& launch);

/// `plan_auth` of what was resolved, with the launch's own secrets hidden in it. Points into
/// `inspection`, which must outlive it.
AuthPlans plan_auth(const Inspection& inspection);

/// What is wrong with the credentials of a launch, given what its connections would send.
std::vector<Finding> check_credentials(const Inspection& inspection, const AuthPlans& plans);

/// Adds that to what else is wrong, the most severe first.
void add_credential_findings(Inspection& inspection, const AuthPlans& plans);

}  // namespace prefect_config
