#include "report/diff_credentials.hpp"

#include "report/disclosure.hpp"
#include "report/explain_parts.hpp"
#include "report/names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::size_t kSideColumn = 7;
constexpr const char* kNotCompared = "cannot be compared: masked";

void add_word(std::string& list, std::string_view word, std::string_view between = ", ") {
  if (!list.empty()) list += between;
  list += word;
}

// What one side sends on a connection, and of which credentials.
struct Sent {
  std::string text;
  std::string from;
};

class SurfaceText {
 public:
  SurfaceText(const SurfaceDifference& difference, Disclosure secrets)
      : difference_(difference), secrets_(secrets) {}

  std::string run() const {
    return side('A', difference_.a, difference_.b) + side('B', difference_.b, difference_.a);
  }

 private:
  std::string side(char letter, const DiffSurface* surface, const DiffSurface* other) const {
    if (!surface) return sided(letter, "not said: the document does not know it", {});
    const auto sent = sent_of(*surface, letter == 'B' ? other : nullptr);
    auto text = sided(letter, wrapped(sent.text, kSideColumn, kSideColumn),
                      wrapped(sent.from, kSideColumn, kSideColumn));
    if (other && surface->outcome == AuthPlan::Outcome::connects) text += route_lines(*surface);
    if (!surface->rule.empty() && other && surface->rule != other->rule) {
      const auto rule = "rule " + name_text(surface->rule, secrets_) + ", " +
                        name_text(surface->rule_versions, secrets_);
      text += std::string(kSideColumn, ' ') + wrapped(rule, kSideColumn, kSideColumn) + '\n';
    }
    return text;
  }

  // Of the way it takes, what differs.
  std::string route_lines(const DiffSurface& surface) const {
    const auto& route = surface.route;
    const auto shown = [this](const DiffValue& value) {
      return value.value.is_none() ? std::string("none")
                                   : printable(shown_text(value.value, secrets_));
    };
    std::string text;
    const auto add = [&text](const std::string& line) {
      text += std::string(kSideColumn, ' ') + wrapped(line, kSideColumn, kSideColumn + 2) + '\n';
    };
    if (difference_.url != Same::yes) add("to " + shown(route.url));
    if (difference_.tls != Same::yes)
      add(!route.encrypted  ? "not encrypted"
          : !route.verified ? "any certificate is taken"
          : route.ca_file.value.is_none()
              ? "certificates of the usual authorities are taken"
              : "certificates of " + shown(route.ca_file) + " are taken");
    if (difference_.proxy != Same::yes) add("proxy: " + shown(route.proxy));
    // Where a message comes or goes, it says as much.
    if (difference_.subprotocols != Same::yes && difference_.token == Same::yes) {
      std::string names;
      for (const auto& name : route.subprotocols) add_word(names, name_text(name, secrets_));
      add("subprotocols: " + (names.empty() ? "none" : names));
    }
    return text;
  }

  // What has the same form on `other`, and another content, says so.
  Sent sent_of(const DiffSurface& surface, const DiffSurface* other) const {
    if (!surface.is_known) return {"not known: " + name_text(surface.note, secrets_), {}};
    if (surface.outcome == AuthPlan::Outcome::refuses)
      return {"refuses: " + name_text(surface.note, secrets_), {}};
    if (surface.outcome == AuthPlan::Outcome::absent)
      return {"no connection: " + name_text(surface.note, secrets_), {}};
    Sent sent;
    // Three headers say enough.
    constexpr std::size_t kMostHeaders = 3;
    for (std::size_t i = 0; i < surface.headers.size(); ++i) {
      if (i == kMostHeaders) {
        sent.text += " and " + std::to_string(surface.headers.size() - i) + " more";
        break;
      }
      const auto& header = surface.headers[i];
      add_word(sent.text, name_text(shown_header_name(header.name, secrets_), secrets_) + ": " +
                              printable(shown_text(header.value.value, secrets_)));
      const bool is_other =
          other && i < difference_.headers.size() && difference_.headers[i] == Same::no;
      add_from(sent, header.from, is_other);
    }
    if (surface.token) add_token(sent, surface, other);
    if (sent.text.empty()) sent.text = "no credential";
    return sent;
  }

  void add_token(Sent& sent, const DiffSurface& surface, const DiffSurface* other) const {
    const auto& token = surface.token->value;
    add_word(sent.text, "token ", ", then ");
    sent.text += token.is_none()         ? "null"
                 : token.is_empty_text() ? "\"\""
                                         : printable(shown_text(token, secrets_));
    if (surface.headers.empty()) sent.text += " in the first message";
    const bool is_other = other && difference_.token == Same::no && other->token &&
                          other->token_from == surface.token_from;
    if (!surface.token_from.empty()) add_from(sent, surface.token_from, is_other);
  }

  void add_from(Sent& sent, std::string_view id, bool is_other) const {
    const auto words = (is_other ? "another " : "") + people_name(id, secrets_);
    if (sent.from.find(words) == std::string::npos) add_word(sent.from, words);
  }

  const SurfaceDifference& difference_;
  Disclosure secrets_;
};

// Lines and what they hold for, in the order of the first.
class Groups {
 public:
  void add(std::string lines, std::string_view name) {
    const auto same = std::find_if(groups_.begin(), groups_.end(),
                                   [&lines](const auto& group) { return group.first == lines; });
    if (same == groups_.end()) {
      groups_.emplace_back(std::move(lines), name);
    } else {
      add_word(same->second, name);
    }
  }
  const std::vector<std::pair<std::string, std::string>>& all() const { return groups_; }

 private:
  std::vector<std::pair<std::string, std::string>> groups_;
};

std::string change_text(const UseChange& change, Disclosure secrets) {
  const std::string one = change.used_by_a ? "A" : "B";
  const std::string other = change.used_by_a ? "B" : "A";
  if (change.reason.empty()) return one + " sends it";
  return one + " sends it, " + other + " does not: " + name_text(change.reason, secrets);
}

std::string indented(const std::string& text) { return "    " + wrapped(text, 4, 6) + '\n'; }

std::string origin_text(const DiffSide& side, const DiffCredential& credential) {
  if (!credential.origin) return "default";
  return source_name(*credential.origin) + ", " + place_name(side.user_home, *credential.origin);
}

// Where settings are compared they say this already.
std::string value_lines(const Diff& diff, const CredentialDifference& difference) {
  std::string text;
  if (diff.settings_compared || !difference.a || !difference.b) return text;
  if (difference.value == Same::no) text += indented("another value");
  if (difference.value == Same::unknown) text += indented(kNotCompared);
  if (difference.source_differs) {
    text += sided('A', origin_text(*diff.a, *difference.a), {}) +
            sided('B', origin_text(*diff.b, *difference.b), {});
  }
  return text;
}

std::string credential_text(const Diff& diff, const CredentialDifference& difference,
                            Disclosure secrets) {
  auto lines = value_lines(diff, difference);
  Groups changes;
  for (const auto& change : difference.changes)
    changes.add(change_text(change, secrets), name_text(change.surface, secrets));
  for (const auto& group : changes.all()) lines += indented(group.second + ": " + group.first);
  const bool only_one = !difference.a || !difference.b;
  if (lines.empty() && !only_one) return lines;
  const auto* credential = difference.a ? difference.a : difference.b;
  auto head = "  " + people_name(credential->id, secrets);
  if (only_one) {
    head += std::string(": set in ") + (difference.a ? 'A' : 'B') + " only (" +
            origin_text(difference.a ? *diff.a : *diff.b, *credential) + ')';
  }
  return "  " + wrapped(head.substr(2), 2, 4) + '\n' + lines;
}

}  // namespace

std::string sided(char letter, const std::string& text, const std::string& tail) {
  auto line = "    " + std::string(1, letter) + "  " + text;
  if (!tail.empty()) {
    const bool fits = line.find('\n') == std::string::npos &&
                      display_width(line) + 2 + display_width(tail) <= kLineWidth;
    line += (fits ? "  " : '\n' + std::string(kSideColumn, ' ')) + tail;
  }
  return line + '\n';
}

std::string surfaces_text(const Diff& diff, Disclosure secrets) {
  Groups groups;
  for (const auto& difference : diff.surfaces) {
    const bool is_masked = difference.sent == Same::unknown && difference.a && difference.b &&
                           difference.a->is_known && difference.b->is_known;
    groups.add(is_masked ? indented(kNotCompared) : SurfaceText(difference, secrets).run(),
               name_text((difference.a ? difference.a : difference.b)->name, secrets));
  }
  std::string text;
  for (const auto& group : groups.all())
    text += "  " + wrapped(group.second, 2, 4) + '\n' + group.first;
  return text.empty() ? text : "\nConnections\n" + text;
}

std::string credentials_text(const Diff& diff, Disclosure secrets) {
  std::string text;
  for (const auto& difference : diff.credentials)
    text += credential_text(diff, difference, secrets);
  return text.empty() ? text : "\nCredentials\n" + text;
}

}  // namespace prefect_config
