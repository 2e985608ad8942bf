// `explain`: what this process would talk to, what each connection carries, which credentials are
// set and not used, what is wrong.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::size_t kHead = 10;

// A URL that is longer than a line, broken where its parts begin.
std::string broken_url(const std::string& url) {
  std::string text;
  std::size_t column = kHead;
  for (std::size_t at = 0; at < url.size();) {
    const auto scheme = url.find("://", at);
    const auto from = at == 0 && scheme != std::string::npos ? scheme + 3 : at + 1;
    auto end = std::min(url.find('/', from), url.size());
    // What an id belongs to stays with it.
    const auto word = std::string_view(url).substr(at, end - at);
    if (word == "/accounts" || word == "/workspaces")
      end = std::min(url.find('/', end + 1), url.size());
    const auto part = url.substr(at, end - at);
    const auto width = display_width(part);
    if (column > kHead && column + width > kLineWidth) {
      text += '\n' + std::string(kHead, ' ');
      column = kHead;
    }
    text += part;
    column += width;
    at = end;
  }
  return text;
}

std::string url_text(const std::string& url, const std::string& kind) {
  auto whole = quoted(url) + "  " + kind;
  if (kHead + display_width(whole) <= kLineWidth) return whole;
  return kind + '\n' + std::string(kHead, ' ') + broken_url(printable(url));
}

std::string target_text(const AuthPlans& plans, Disclosure secrets) {
  switch (plans.target) {
  case Target::cloud:
    return url_text(shown_text(plans.api_url, secrets), "Prefect Cloud");
  case Target::self_hosted:
    return url_text(shown_text(plans.api_url, secrets), "self-hosted");
  case Target::ephemeral:
    return "a temporary server on this machine: there is no API URL";
  case Target::none:
    return "nothing: there is no API URL, and temporary servers are off";
  }
  return {};
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

// The connections that pass a credential over: one line a reason, in the order of the connections.
std::string reasons_text(const AuthPlans& plans, const Credential& credential) {
  std::string text;
  for (const auto& [surfaces, reason] : reasons_passed_over(plans, credential)) {
    auto line = surfaces;
    (line += ": ") += reason;
    ((text += "    ") += wrapped(line, 4, 6)) += '\n';
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
    if (!concerns(plan.surface, plans.target)) continue;
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
  return "  " +
         with_tail(people_name(credential.name) + "  " + value + fingerprint_text(credential), 2,
                   "  (" + written_at(inspection, credential) + ')') +
         '\n';
}

// What a stronger source hides of the settings that hold credentials: the key of another day.
std::string hidden_text(const Inspection& inspection, Disclosure secrets) {
  std::string text;
  for (const auto& [path, name] :
       {std::pair("api.key", "API key"), std::pair("api.auth_string", "auth string")}) {
    const auto* resolved = inspection.find(path);
    if (!resolved || !resolved->winner) continue;
    const auto& winner = resolved->winner->origin;
    for (const auto* candidate : resolved->shadowed) {
      const auto& origin = candidate->origin;
      const auto value = candidate->written.is_empty_text()
                             ? "''"
                             : printable(shown_text(candidate->written, secrets));
      text += "  " +
              with_tail(std::string(name) + "  " + value, 2,
                        "  (" + source_name(origin) + ", " + place_name(inspection, origin) + ')') +
              "\n    " +
              wrapped("hidden by " + source_name(winner) + ", " + place_name(inspection, winner), 4,
                      6) +
              '\n';
    }
  }
  return text;
}

// Credentials that no connection sends, and why.
std::string unused_text(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    if (!credential.used_for(plans.target).empty() || credential.not_used_for(plans.target).empty())
      continue;
    text += credential_line(inspection, credential, secrets) + reasons_text(plans, credential);
  }
  text += hidden_text(inspection, secrets);
  return text.empty() ? text : "\nSet and not used\n" + text;
}

// Credentials that some connections send and others do not.
std::string partly_used_text(const AuthPlans& plans) {
  std::string text;
  for (const auto& credential : plans.credentials) {
    if (credential.used_for(plans.target).empty() || passed_over(plans, credential).empty())
      continue;
    text += "  " + people_name(credential.name) + '\n' + reasons_text(plans, credential);
  }
  return text.empty() ? text : "\nNot used everywhere\n" + text;
}

// What is not as usual on the way: proxies, and certificates that nobody looks at.
std::string ways_text(const AuthPlans& plans, Disclosure secrets) {
  std::vector<std::pair<std::string, std::string>> ways;
  const auto add = [&ways](std::string what, Surface surface) {
    const auto same = std::find_if(ways.begin(), ways.end(),
                                   [&what](const auto& way) { return way.first == what; });
    if (same == ways.end()) {
      ways.emplace_back(std::move(what), surface_name(surface));
    } else {
      same->second += ", " + std::string(surface_name(surface));
    }
  };
  for (const auto& plan : plans.surfaces) {
    if (plan.outcome != AuthPlan::Outcome::connects || !concerns(plan.surface, plans.target))
      continue;
    if (plan.proxy)
      add("proxy " + printable(shown_text(plan.proxy->url, secrets)) + " (" +
              safe_text(plan.proxy->variable) + ")",
          plan.surface);
    if (plan.tls && !plan.tls->verify) add("any certificate is taken", plan.surface);
  }
  std::string text;
  for (const auto& [what, surfaces] : ways) {
    auto line = what;
    line += ": ";
    line += surfaces;
    text += "  ";
    text += wrapped(line, 2, 4);
    text += '\n';
  }
  return text;
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
  if (!inspection.loads)
    text.insert(text.size() - 1,
                "Starts    no: Prefect refuses these settings; below as if it took "
                "them\n");
  text += surfaces_text(plans, secrets) + ways_text(plans, secrets);
  return text += unused_text(inspection, plans, secrets) + partly_used_text(plans);
}

}  // namespace prefect_config
