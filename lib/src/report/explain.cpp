// `explain`: what this process would talk to, what each connection carries, which credentials are
// set and not used, what is wrong.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <vector>

namespace prefect_config {
namespace {

std::string target_text(const AuthPlans& plans, Disclosure secrets) {
  switch (plans.target) {
  case Target::cloud:
  case Target::self_hosted:
    return quoted(shown_text(plans.api_url, secrets)) +
           (plans.target == Target::cloud ? "  Prefect Cloud" : "  self-hosted");
  case Target::ephemeral:
    return "a temporary server on this machine: there is no API URL";
  case Target::none:
    return "nothing: there is no API URL, and temporary servers are off";
  }
  return {};
}

// Which credential the HTTP client, the main connection, identifies itself with.
std::string identity_text(const Inspection& inspection, const AuthPlans& plans) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    if (std::find(credential.used_on.begin(), credential.used_on.end(), Surface::http) ==
        credential.used_on.end())
      continue;
    if (credential.id == CredentialId::custom_header &&
        !ends_with(lower(credential.name), ":authorization"))
      continue;
    if (!text.empty()) text += " and ";
    text += people_name(credential.name) + " (" + written_at(inspection, credential) + ')';
  }
  if (!plans.rules_known) return "not known: connections of this release were not measured";
  return text.empty() ? "nobody: HTTP sends no credential" : text;
}

// One line a surface: what is sent, and of which credential.
std::string surface_line(const AuthPlans& plans, const AuthPlan& plan, Disclosure secrets) {
  constexpr std::size_t kName = 16;
  std::string sent;
  std::string from;
  // Three custom headers say enough.
  constexpr std::size_t kMostHeaders = 3;
  std::size_t custom = 0;
  const auto add_from = [&](const std::string& name) {
    const auto* credential = find_credential(plans, name);
    if (!credential) return;
    const auto text = people_name(credential->name);
    if (from.find(text) == std::string::npos) (from += from.empty() ? "" : ", ") += text;
  };
  for (const auto& header : plan.headers) {
    if (starts_with(header.from, "custom_header:") && ++custom > kMostHeaders) continue;
    (sent += sent.empty() ? "" : ", ") += header_text(header, secrets);
    add_from(header.from);
  }
  if (custom > kMostHeaders) sent += " and " + std::to_string(custom - kMostHeaders) + " more";
  if (plan.has_first_message) {
    (sent += sent.empty() ? "" : ", then ") += "token ";
    sent += token_text(plan, secrets);
    if (plan.headers.empty()) sent += " in the first message";
    add_from(plan.token_from);
  }
  if (plan.outcome != AuthPlan::Outcome::connects) {
    sent = plan.outcome == AuthPlan::Outcome::refuses ? "refuses: "
           : plans.rules_known                        ? "no connection: "
                                                      : "not known: ";
    sent += plan.notes.empty() ? "" : plan.notes.front();
  } else if (sent.empty()) {
    sent = "no credential";
  }
  std::string line = "  " + padded(std::string(surface_name(plan.surface)), kName) +
                     wrapped(sent, kName + 2, kName + 4);
  if (!from.empty()) {
    const auto width = display_width(line);
    const bool fits =
        line.find('\n') == std::string::npos && width + 2 + display_width(from) <= kLineWidth;
    line += fits ? std::string(kLineWidth - width - display_width(from), ' ') + from
                 : '\n' + std::string(kName + 4, ' ') + from;
  }
  return line + '\n';
}

// The connections that are opened and pass the credential over. What is not opened at all says
// nothing of a credential.
std::vector<Credential::NotUsed> passed_over(const AuthPlans& plans, const Credential& credential) {
  auto result = credential.not_used_on;
  std::erase_if(result, [&](const Credential::NotUsed& unused) {
    const auto plan = std::find_if(plans.surfaces.begin(), plans.surfaces.end(),
                                   [&](const AuthPlan& p) { return p.surface == unused.surface; });
    return plan->outcome == AuthPlan::Outcome::absent;
  });
  return result;
}

// The connections that pass a credential over: one line a reason, in the order of the connections.
std::string reasons_text(const AuthPlans& plans, const Credential& credential) {
  std::string text;
  std::vector<std::string> said;
  const auto unused = passed_over(plans, credential);
  for (const auto& first : unused) {
    if (std::find(said.begin(), said.end(), first.reason) != said.end()) continue;
    said.push_back(first.reason);
    std::string surfaces;
    for (const auto& other : unused) {
      if (other.reason == first.reason)
        (surfaces += surfaces.empty() ? "" : ", ") += surface_name(other.surface);
    }
    text += "    " + wrapped(surfaces + ": " + first.reason, 4, 6) + '\n';
  }
  return text;
}

// One line a connection; those that are not opened in one line together.
std::string surfaces_text(const AuthPlans& plans, Disclosure secrets) {
  if (plans.target == Target::none || plans.target == Target::ephemeral) {
    const auto& note = plans.surfaces.front().notes;
    return "  " + wrapped("every connection: " + (note.empty() ? "" : note.front()), 2, 4) + '\n';
  }
  std::string text;
  std::string absent;
  for (const auto& plan : plans.surfaces) {
    if (plan.surface == Surface::cloud_client && plans.target != Target::cloud) continue;
    if (plan.outcome == AuthPlan::Outcome::absent && plan.rule) {
      (absent += absent.empty() ? "" : ", ") += surface_name(plan.surface);
    } else {
      text += surface_line(plans, plan, secrets);
    }
  }
  if (!absent.empty()) text += "  " + wrapped("not opened: " + absent, 2, 4) + '\n';
  return text;
}

// A credential, its value and where it is written.
std::string credential_line(const Inspection& inspection, const Credential& credential,
                            Disclosure secrets) {
  const auto value =
      credential.value.is_empty_text() ? "''" : printable(shown_text(credential.value, secrets));
  return "  " + people_name(credential.name) + "  " + value + "  (" +
         written_at(inspection, credential) + ")\n";
}

// Credentials that no connection sends, and why.
std::string unused_text(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    if (!credential.used_on.empty() || credential.not_used_on.empty()) continue;
    text += credential_line(inspection, credential, secrets) + reasons_text(plans, credential);
  }
  return text.empty() ? text : "\nSet and not used\n" + text;
}

// Credentials that some connections send and others do not: a line each.
std::string partly_used_text(const AuthPlans& plans) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    const auto passed = passed_over(plans, credential);
    if (credential.used_on.empty() || passed.empty()) continue;
    std::string surfaces;
    for (const auto& unused : passed)
      (surfaces += surfaces.empty() ? "" : ", ") += surface_name(unused.surface);
    text += "  " + wrapped(people_name(credential.name) + ": not on " + surfaces, 2, 4) + '\n';
  }
  return text.empty() ? text : "\nNot used everywhere\n" + text;
}

}  // namespace

std::string explain_text(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets) {
  std::string text = "Talks to  " + target_text(plans, secrets) + '\n';
  if (plans.target == Target::cloud || plans.target == Target::self_hosted)
    text += "As        " + identity_text(inspection, plans) + '\n';
  const auto& profile = inspection.layers.loader;
  const auto base = profile.name.empty() ? std::string("none") : safe_text(profile.name);
  const auto& laid_over = inspection.command_line.selection;
  text += "Profile   " +
          (laid_over.by_override() ? safe_text(laid_over.name) + " by -p, over " + base : base) +
          ", " + short_path(inspection, profile.where) + '\n';
  text += "Version   " + version_name(inspection) + "\n\n";
  text += surfaces_text(plans, secrets);
  return text += unused_text(inspection, plans, secrets) + partly_used_text(plans);
}

}  // namespace prefect_config
