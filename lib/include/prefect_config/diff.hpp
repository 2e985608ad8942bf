/// \file
/// What differs between two launches, two Prefect releases, or explanations saved earlier.
///
/// What it is not: a report, and not a comparison of documents. Whatever a side was made of, it is
/// a `DiffSide` first; there is one comparison, of two of these.
///
/// To compare another kind of thing: a file in lib/src/diff/ that makes a `DiffSide` of it.
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/inspect.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prefect_config {

/// A value of one side. A saved document may hold no more than what stands in a secret's place.
struct DiffValue {
  SettingValue value;
  bool whole = true;  ///< false: only its mask is known
};

/// Whether two values are the same, as far as can be told without both.
enum class Same : std::uint8_t { yes, no, unknown };

/// One setting, as it is in force.
struct DiffSetting {
  const Setting* setting = nullptr;
  SettingValue value;
  std::optional<Origin> origin;  ///< nothing where the default stands
  std::vector<std::string_view> derived_from;

  bool is_set() const { return origin.has_value(); }
};

/// One credential that is set. Its names are texts, for a document may know others than we do.
struct DiffCredential {
  std::string id;  ///< `api_key`, `custom_header:X-Tok`
  std::string setting;
  std::optional<Origin> origin;
  std::optional<DiffValue> value;  ///< documents do not have it
  std::string fingerprint;         ///< empty where there is none
  std::vector<std::string> used_on;
  struct NotUsed {
    std::string surface;
    std::string reason;
  };
  std::vector<NotUsed> not_used_on;

  bool is_used_on(std::string_view surface) const;
  /// Why it is not; empty where that is not known.
  std::string_view reason_on(std::string_view surface) const;
};

/// Whether there is a URL that connections go to.
constexpr bool has_url(Target target) {
  return target == Target::cloud || target == Target::self_hosted;
}

/// Where one connection goes, and how.
struct DiffRoute {
  DiffValue url;  ///< None where there is none
  std::vector<std::string> subprotocols;
  bool encrypted = false;
  bool verified = true;
  DiffValue ca_file;  ///< None: the client's own authorities
  DiffValue proxy;    ///< None: none
};

/// What one connection carries.
struct DiffSurface {
  std::string name;
  AuthPlan::Outcome outcome = AuthPlan::Outcome::absent;
  struct Header {
    std::string name;
    DiffValue value;
    std::string from;
  };
  std::vector<Header> headers;
  std::optional<DiffValue> token;  ///< nothing where no first message carries one
  std::string token_from;          ///< empty where no credential is it, or it is not known which
  std::string rule;                ///< empty where none applies
  std::string rule_versions;
  std::string note;  ///< why it refuses or is absent
  DiffRoute route;
  bool is_known = true;  ///< false where no rule says what this release does
};

/// One of the two things that are compared.
struct DiffSide {
  bool is_document = false;  ///< a saved explanation: it has no settings
  std::string name;          ///< the profile or the file as asked for; empty where neither was
  std::string prefect_version;
  std::string version_reason;  ///< empty in a document
  std::string profile;         ///< the one in force
  std::string user_home;       ///< for short paths; empty in a document
  bool loads = true;
  bool complete = true;
  Target target = Target::none;
  DiffValue api_url;
  std::vector<DiffSetting> settings;  ///< in the order of their names
  std::vector<DiffCredential> credentials;
  std::vector<DiffSurface> surfaces;
  std::vector<Finding> findings;  ///< a document's stay in it

  const DiffCredential* find_credential(std::string_view id) const;
};

/// A launch as a side.
DiffSide side_of_launch(const Inspection& inspection, const AuthPlans& plans, std::string name);

/// Why a text is no saved explanation. Never with a value in it.
struct DocumentProblem {
  std::string reason;
};

/// What `explain -o json` printed, as a side. The text is hostile: it is bounded, and every text of
/// it that could be a secret is one.
std::variant<DiffSide, DocumentProblem> side_of_document(std::string_view text, std::string name);

/// A setting whose value or kind of source differs. `a` or `b` is nullptr where that release has no
/// such setting.
struct SettingDifference {
  const DiffSetting* a = nullptr;
  const DiffSetting* b = nullptr;
  Same value = Same::no;

  /// Nothing sets it: the releases have different defaults.
  bool is_default() const { return a && b && !a->is_set() && !b->is_set(); }
};

/// A connection that carries something else, or for which that cannot be told. `a` or `b` is
/// nullptr where that document does not know it.
struct SurfaceDifference {
  const DiffSurface* a = nullptr;
  const DiffSurface* b = nullptr;
  Same sent = Same::no;
  std::vector<Same> headers;  ///< one for each of a; unknown also where b has none like it
  Same token = Same::yes;
  /// Of the route. The URL only where it is not the API's, which `Diff::target` is about.
  Same url = Same::yes;
  Same tls = Same::yes;
  Same proxy = Same::yes;
  Same subprotocols = Same::yes;
};

/// A connection on which only one side uses a credential.
struct UseChange {
  std::string_view surface;
  bool used_by_a = false;   ///< else by b
  std::string_view reason;  ///< why the other does not; empty where it is not set there
};

/// A credential that differs in value, source or use, or that only one side has.
struct CredentialDifference {
  const DiffCredential* a = nullptr;
  const DiffCredential* b = nullptr;
  Same value = Same::no;
  bool source_differs = false;  ///< in its kind, where both sides have the credential
  std::vector<UseChange> changes;
};

/// Points into the sides.
struct Diff {
  const DiffSide* a = nullptr;
  const DiffSide* b = nullptr;
  Same target = Same::yes;  ///< what is talked to, and by which URL
  bool settings_compared = true;
  std::vector<SettingDifference> settings;
  std::vector<SurfaceDifference> surfaces;
  std::vector<CredentialDifference> credentials;

  /// `unknown` where nothing differs that can be compared, and something cannot.
  Same sides() const;
};

/// Pure. The sides must outlive the result.
Diff compare_sides(const DiffSide& a, const DiffSide& b);
Diff compare_sides(const DiffSide&& a, const DiffSide& b) = delete;
Diff compare_sides(const DiffSide& a, const DiffSide&& b) = delete;

}  // namespace prefect_config
