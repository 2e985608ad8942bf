// `explain --surface S`: one connection in full. `explain --as flow-run`: what a worker hands on.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::size_t kName = 14;

std::string line_of(const std::string& name, const std::string& text) {
  return padded(name, kName) + "  " + wrapped(text, kName + 2, kName + 2) + '\n';
}

// By name: there can be as many as there are headers.
class CredentialNames {
 public:
  CredentialNames(const Inspection& inspection, const AuthPlans& plans) : inspection_(inspection) {
    for (const auto& credential : plans.credentials)
      credentials_.emplace(credential.name, &credential);
  }

  /// ` (API key: env, PREFECT_API_KEY)`; empty where there is no such credential.
  std::string from_text(const std::string& name) const {
    const auto found = credentials_.find(name);
    if (found == credentials_.end()) return {};
    const auto& credential = *found->second;
    return " (" + people_name(credential.name) + ": " + written_at(inspection_, credential) + ')';
  }

 private:
  const Inspection& inspection_;
  std::unordered_map<std::string, const Credential*> credentials_;
};

std::string outcome_text(const AuthPlan& plan) {
  switch (plan.outcome) {
  case AuthPlan::Outcome::connects:
    return "connects";
  case AuthPlan::Outcome::refuses:
    return "refuses";
  case AuthPlan::Outcome::absent:
    return "is not opened";
  }
  return {};
}

std::string sent_text(const Inspection& inspection, const AuthPlans& plans, const AuthPlan& plan,
                      Disclosure secrets) {
  const CredentialNames names(inspection, plans);
  std::string text;
  for (const auto& header : plan.headers)
    text += line_of("header", header_text(header, secrets) + names.from_text(header.from));
  if (plan.headers.empty()) text += line_of("header", "none with a credential");
  for (const auto& subprotocol : plan.subprotocols) text += line_of("subprotocol", subprotocol);
  if (plan.has_first_message)
    text += line_of("message", R"({"type": "auth", "token": )" + token_text(plan, secrets) + "}" +
                                   names.from_text(plan.token_from));
  text += line_of("tls", tls_text(plan, secrets));
  if (plan.proxy)
    text += line_of("proxy", printable(shown_text(plan.proxy->url, secrets)) + " (" +
                                 safe_text(plan.proxy->variable) + ')');
  return text;
}

std::string unused_text(const Inspection& inspection, const AuthPlans& plans, Surface surface) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    for (const auto& unused : credential.not_used_on) {
      if (unused.surface != surface) continue;
      text += "  " +
              wrapped(people_name(credential.name) + " (" + written_at(inspection, credential) +
                          "): " + unused.reason,
                      2, 4) +
              '\n';
    }
  }
  return text.empty() ? text : "\nSet and not used here\n" + text;
}

}  // namespace

std::string surface_text(const Inspection& inspection, const AuthPlans& plans, Surface surface,
                         Disclosure secrets) {
  const auto& plan = plans.at(surface);
  auto text = line_of(std::string(surface_name(surface)), outcome_text(plan));
  if (!plan.url.is_none())
    text += line_of("url", printable(shown_text(plan.url, secrets)) + " (" + plan.transport + ')');
  if (plan.outcome == AuthPlan::Outcome::connects)
    text += sent_text(inspection, plans, plan, secrets);
  for (const auto& note : plan.notes) text += line_of("note", note);
  if (plan.rule)
    text += line_of("rule", std::string(plan.rule->id) + ", " + plan.rule->versions.text());
  text += line_of("version", version_name(inspection));
  return text + unused_text(inspection, plans, surface);
}

std::string flow_run_text(const Inspection& inspection, Disclosure secrets) {
  const auto variables = flow_run_environment(inspection.resolution, inspection.registry);
  std::string text = "A worker of Prefect " + inspection.launch.prefect_version.text() +
                     " puts these into the environment of its flow runs\n\n";
  bool in_clear = false;
  for (const auto& variable : variables) {
    in_clear = in_clear || variable.in_clear;
    std::string tail;
    if (variable.setting) {
      const auto& origin = variable.setting->winner->origin;
      tail += "  (" + source_name(origin) + ", " + place_name(inspection, origin) + ')';
    }
    if (variable.in_clear) tail += "  in clear";
    text +=
        "  " +
        with_tail(variable.name + '=' + printable(shown_text(variable.value, secrets)), 2, tail) +
        '\n';
  }
  if (in_clear)
    text += "\n" +
            wrapped("What is marked `in clear` is a secret that everyone can read who can read "
                    "the flow run's job: its container, its manifest, its log of variables.",
                    0, 0) +
            '\n';
  return text;
}

}  // namespace prefect_config
