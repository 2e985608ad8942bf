/// \file
/// Texts and JSON documents made from an inspection. Pure: a string in, a string out.
///
/// What it is not: printing. Only tools/prefect_config writes to stdout and stderr.
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/diff.hpp>
#include <prefect_config/inspect.hpp>
#include <prefect_config/probe.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// Whether secrets are shown. Masked unless the user asked for exactly that.
enum class Disclosure : std::uint8_t { masked, shown };

/// What the connections would send. Where secrets are not shown, they are hidden in names too.
/// Points into `inspection`, which must outlive it.
AuthPlans plan_auth(const Inspection& inspection, Disclosure secrets);

struct ViewOptions {
  bool show_defaults = false;
  bool show_sources = true;
  Disclosure secrets = Disclosure::masked;
  bool verbose = false;  ///< in text, also what Prefect's own view would show otherwise
  /// Prefect's own view with control characters and line ends made visible: on a terminal they
  /// would be obeyed, or pass for rows. A pipe gets the exact bytes. The other views always do so.
  bool for_terminal = false;
};

/// `PREFECT_API_URL='…' (from profile prod, ~/.prefect/profiles.toml:5)`, a row a setting.
std::string view_text(const Inspection& inspection, const ViewOptions& options);
/// Byte for byte what `prefect config view` prints to a pipe (3.8.8 and later), but for secrets
/// that are masked.
std::string view_prefect(const Inspection& inspection, const ViewOptions& options);
std::string view_json(const Inspection& inspection, const ViewOptions& options);
/// A page for people, in one file that loads nothing.
std::string view_html(const Inspection& inspection, const ViewOptions& options);

std::string why_text(const Inspection& inspection, const Resolved& resolved, Disclosure secrets);
std::string why_json(const Inspection& inspection, const Resolved& resolved, Disclosure secrets);

std::string explain_text(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets);
std::string explain_json(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets);
std::string explain_html(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets);
/// All there is to say of one connection.
std::string surface_text(const Inspection& inspection, const AuthPlans& plans, Surface surface,
                         Disclosure secrets);
/// What a worker puts into the environment of the flow runs it starts.
std::string flow_run_text(const Inspection& inspection, Disclosure secrets);

/// What differs, and nothing else; "nothing differs" where that is so.
std::string diff_text(const Diff& diff, Disclosure secrets);
std::string diff_json(const Diff& diff, Disclosure secrets);

/// Whether long sentences are broken at 80 columns: for eyes, and not for `grep`.
enum class Lines : std::uint8_t { whole, wrapped };

/// One finding with its snippet, as compilers print it. `info` findings are for `-v`.
std::string finding_text(const Inspection& inspection, const Finding& finding,
                         Lines lines = Lines::whole);

/// What `doctor --probe` tells beside the findings.
struct ProbeReport {
  const AuthPlans& plans;
  const Probe& probe;
  const Diagnosis& diagnosis;
  bool every_request = false;  ///< in text, each request with its time
};

/// Whether connections were to be opened, also where none could be.
enum class ProbeAsked : std::uint8_t { no, yes };

/// All findings of a launch, and how many there are; before them what the connections showed, where
/// they were opened (`probe` may be null).
std::string doctor_text(const Inspection& inspection, const ProbeReport* probe, Lines lines);
std::string doctor_json(const Inspection& inspection, const ProbeReport* probe,
                        ProbeAsked asked = ProbeAsked::no);
std::string doctor_html(const Inspection& inspection, const ProbeReport* probe,
                        ProbeAsked asked = ProbeAsked::no);

/// Text that is safe on a terminal: control characters and escapes become visible, invalid UTF-8
/// too.
std::string printable(std::string_view text);

/// The same for what a person wrote where no secret belongs (a name, a path, an argument): what
/// looks like a secret is masked.
std::string safe_text(std::string_view text);

}  // namespace prefect_config
