// What `profile ls` and `profile inspect` print.
#pragma once

#include <prefect_config/inspect.hpp>
#include <prefect_config/report.hpp>

#include "sources/profiles_file.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace prefect_config::tool {

/// One profile of the file, and what its own values say: other sources are not looked at.
struct ProfileRow {
  std::string name;
  bool active = false;
  std::string target;                    ///< `cloud`, `self-hosted`, or empty without a URL
  std::string url;                       ///< as it may be shown
  std::vector<std::string> credentials;  ///< `api_key`, `auth_string`, `custom_headers`
  std::string where;
  std::uint32_t line = 0;
};

/// In the order of the file. Linear in its size.
std::vector<ProfileRow> profile_rows(const Inspection& inspection);

std::string profile_list_text(const Inspection& inspection, const std::vector<ProfileRow>& rows);
std::string profile_list_json(const Inspection& inspection, const std::vector<ProfileRow>& rows);

/// `NAME='value'`, a line an entry, in the order of the file.
std::string profile_text(const Inspection& inspection, const ProfileTable& profile,
                         Disclosure secrets);
std::string profile_json(const Inspection& inspection, const ProfileTable& profile,
                         Disclosure secrets);

/// Those of the file, in its order, and then those that Prefect ships besides.
std::vector<std::string> profile_names(const Inspection& inspection);

/// Names near a misspelt one, at most three.
std::vector<std::string> nearest_profiles(const Inspection& inspection, std::string_view name);

}  // namespace prefect_config::tool
