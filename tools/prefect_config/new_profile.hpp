// A profile that is not written yet, as the launch that it would make.
//
// What it is not: this shell's launch with the profile on top. What is asked is whether the profile
// is right, so that its own values must count: of the environment's settings and those of project
// files only those stay that say how a connection is made (which Prefect Cloud, TLS, headers).
#pragma once

#include "edited_files.hpp"
#include "profile_store.hpp"

#include <string>
#include <utility>
#include <vector>

namespace prefect_config::tool {

class NewProfile {
 public:
  /// `text` is the profiles file with the profile in it.
  NewProfile(const Inspection& here, std::string text, const std::string& name);
  NewProfile(const NewProfile&) = delete;
  NewProfile& operator=(const NewProfile&) = delete;

  /// `name` is in force in it.
  const Inspection& inspection() const { return inspection_; }

  /// The finding without what leads nowhere yet: places in the file that is not written, and
  /// commands, which would be about the profile that is in force here.
  Finding told(Finding finding) const;

  /// What the connections of `asked` have that the profile does not hold, by names:
  /// `PREFECT_API_SSL_CERT_FILE of the environment`; empty where the profile is enough.
  std::string borrowed(const AuthPlans& plans, const std::vector<Surface>& asked) const;

 private:
  std::string with_places(const std::vector<std::string>& names) const;

  std::string path_;
  /// Settings that come from a project file, and its name.
  std::vector<std::pair<std::string, std::string>> from_files_;
  FilesWithout outside_;
  EditedFiles files_;
  Inspection inspection_;
};

}  // namespace prefect_config::tool
