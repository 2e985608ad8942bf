// The one comparison: what two sides talk to, set, send and leave unsent.
#include <prefect_config/diff.hpp>

#include "diff/compare_settings.hpp"
#include "diff/same.hpp"
#include "sources/mask.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace prefect_config {
namespace {

// The entries of both sides with the same name, in a's order, then those that only b has. The first
// of one name in a belongs to the first one in b.
template <typename Entry, typename Name>
std::vector<std::pair<const Entry*, const Entry*>>
pairs_of(const std::vector<Entry>& a, const std::vector<Entry>& b, Name name_of) {
  std::multimap<std::string, const Entry*> rest;
  for (const auto& entry : b) rest.emplace(name_of(entry), &entry);
  std::vector<std::pair<const Entry*, const Entry*>> pairs;
  for (const auto& entry : a) {
    const auto found = rest.lower_bound(name_of(entry));
    const bool is_there = found != rest.end() && found->first == name_of(entry);
    pairs.emplace_back(&entry, is_there ? found->second : nullptr);
    if (is_there) rest.erase(found);
  }
  for (const auto& entry : b) {
    const auto range = rest.equal_range(name_of(entry));
    const bool is_left = std::any_of(range.first, range.second,
                                     [&](const auto& left) { return left.second == &entry; });
    if (is_left) pairs.emplace_back(nullptr, &entry);
  }
  return pairs;
}

class Comparison {
 public:
  Comparison(const DiffSide& a, const DiffSide& b)
      : a_(a), b_(b), surfaces_(pairs_of(a.surfaces, b.surfaces,
                                         [](const DiffSurface& surface) { return surface.name; })) {
  }

  Diff run() const {
    Diff diff;
    diff.a = &a_;
    diff.b = &b_;
    diff.target = same_target();
    diff.settings_compared = !a_.is_document && !b_.is_document;
    if (diff.settings_compared) diff.settings = compare_settings(a_, b_);
    for (const auto& pair : surfaces_) {
      auto difference = compare(pair.first, pair.second);
      if (difference.sent != Same::yes) diff.surfaces.push_back(std::move(difference));
    }
    const auto name_of = [](const DiffCredential& credential) {
      return mask_credential_name(credential.id);
    };
    for (const auto& pair : pairs_of(a_.credentials, b_.credentials, name_of)) {
      auto difference = compare(pair.first, pair.second);
      if (differs(difference)) diff.credentials.push_back(std::move(difference));
    }
    return diff;
  }

 private:
  Same same_target() const {
    return a_.target == b_.target ? same_value(a_.api_url, b_.api_url) : Same::no;
  }

  std::string_view fingerprint(const DiffSide& side, std::string_view id) const {
    const auto* credential = side.find_credential(id);
    return credential ? std::string_view(credential->fingerprint) : std::string_view();
  }

  static Same same_print(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return Same::unknown;
    if (a == b) return Same::yes;
    // Ours name the key they were made with; of two keys they say nothing.
    const auto end_a = a.find('.');
    const auto end_b = b.find('.');
    const bool have_keys = end_a != std::string_view::npos && end_b != std::string_view::npos;
    return have_keys && a.substr(0, end_a) != b.substr(0, end_b) ? Same::unknown : Same::no;
  }

  Same compare_secret(const DiffValue& a, const std::string& a_from, const DiffValue& b,
                      const std::string& b_from) const {
    const auto same = same_value(a, b);
    return same == Same::unknown ? same_print(fingerprint(a_, a_from), fingerprint(b_, b_from))
                                 : same;
  }

  // The other side's header of the same name and credential. Their order is no difference here:
  // where it matters, two of one name, the first belongs to the first.
  using HeaderPair = std::pair<const DiffSurface::Header*, const DiffSurface::Header*>;
  static std::vector<HeaderPair> header_pairs(const DiffSurface& a, const DiffSurface& b) {
    return pairs_of(a.headers, b.headers, [](const DiffSurface::Header& header) {
      return mask_credential_name(header.from) + '\n' + lower(mask_header_name(header.name));
    });
  }

  // A document can be of a release of ours that did not know the connection.
  static bool are_known(const DiffSurface* a, const DiffSurface* b) {
    return a && b && a->is_known && b->is_known;
  }

  SurfaceDifference compare(const DiffSurface* a, const DiffSurface* b) const {
    SurfaceDifference difference;
    difference.a = a;
    difference.b = b;
    difference.sent = Same::unknown;
    if (!are_known(a, b)) return difference;
    difference.token = compare_tokens(*a, *b);
    difference.sent = a->outcome == b->outcome ? difference.token : Same::no;
    if (a->outcome == AuthPlan::Outcome::connects && b->outcome == a->outcome)
      compare_routes(*a, *b, difference);
    std::map<const DiffSurface::Header*, Same> of_a;
    for (const auto& [one, other] : header_pairs(*a, *b)) {
      const auto same = !one || !other
                            ? Same::no
                            : compare_secret(one->value, one->from, other->value, other->from);
      if (one && other) of_a[one] = same;
      difference.sent = both(difference.sent, same);
    }
    if (a->headers.size() != b->headers.size()) return difference;
    for (const auto& header : a->headers)
      difference.headers.push_back(of_a.count(&header) != 0 ? of_a[&header] : Same::unknown);
    return difference;
  }

  static Same same_if(bool same) { return same ? Same::yes : Same::no; }

  void compare_routes(const DiffSurface& a, const DiffSurface& b,
                      SurfaceDifference& difference) const {
    const auto& one = a.route;
    const auto& other = b.route;
    // Below another API every URL is another one.
    const bool at_cloud = a.name == surface_name(Surface::cloud_client);
    if (at_cloud || same_target() == Same::yes) difference.url = same_value(one.url, other.url);
    difference.tls =
        both(same_if(one.verified == other.verified),
             one.verified && other.verified ? same_value(one.ca_file, other.ca_file) : Same::yes);
    difference.proxy = same_value(one.proxy, other.proxy);
    difference.subprotocols = same_if(one.subprotocols == other.subprotocols);
    for (const auto same :
         {difference.url, difference.tls, difference.proxy, difference.subprotocols})
      difference.sent = both(difference.sent, same);
  }

  Same compare_tokens(const DiffSurface& a, const DiffSurface& b) const {
    if (!a.token || !b.token) return a.token || b.token ? Same::no : Same::yes;
    // Where a document leaves open which credential it is, the value alone decides.
    if (!a.token_from.empty() && !b.token_from.empty() && a.token_from != b.token_from)
      return Same::no;
    return compare_secret(*a.token, a.token_from, *b.token, b.token_from);
  }

  static bool differs(const CredentialDifference& difference) {
    return difference.value != Same::yes || difference.source_differs ||
           !difference.changes.empty();
  }

  static SourceKind source_of(const DiffCredential& credential) {
    return credential.origin ? credential.origin->kind : SourceKind::defaults;
  }

  CredentialDifference compare(const DiffCredential* a, const DiffCredential* b) const {
    CredentialDifference difference{a, b, Same::no, false, {}};
    if (a && b) {
      difference.value = compare_values(*a, *b);
      difference.source_differs = source_of(*a) != source_of(*b);
    }
    for (const auto& [one, other] : surfaces_) {
      if (!are_known(one, other)) continue;
      const std::string_view surface = one->name;
      const bool used_by_a = a && a->is_used_on(surface);
      const bool used_by_b = b && b->is_used_on(surface);
      if (used_by_a == used_by_b) continue;
      const auto* unused = used_by_a ? b : a;
      difference.changes.push_back(
          {surface, used_by_a, unused ? unused->reason_on(surface) : std::string_view()});
    }
    return difference;
  }

  Same compare_values(const DiffCredential& a, const DiffCredential& b) const {
    if (!same_credential_name(a.id, b.id)) return Same::no;
    if (a.value && b.value) return same_value(*a.value, *b.value);
    const auto same = same_print(a.fingerprint, b.fingerprint);
    return same == Same::unknown ? compare_as_sent(a, b) : same;
  }

  // Unknown also where the schemes differ: `Bearer` and `bearer` may stand before the same key.
  static Same same_header(const DiffSurface::Header& one, const DiffCredential& a,
                          const DiffSurface::Header& other, const DiffCredential& b) {
    if (one.from != a.id || other.from != b.id) return Same::unknown;
    const bool is_alike = one.value.value.masked() == other.value.value.masked();
    return is_alike ? same_value(one.value, other.value) : Same::unknown;
  }

  // A document that was saved with its secrets has them in the headers and tokens alone.
  Same compare_as_sent(const DiffCredential& a, const DiffCredential& b) const {
    auto same = Same::unknown;
    for (const auto& [one, other] : surfaces_) {
      if (!one || !other || !a.is_used_on(one->name) || !b.is_used_on(other->name)) continue;
      if (one->token && other->token && one->token_from == a.id && other->token_from == b.id)
        same = same_value(*one->token, *other->token);
      for (const auto& [header, counterpart] : header_pairs(*one, *other)) {
        if (same == Same::unknown && header && counterpart)
          same = same_header(*header, a, *counterpart, b);
      }
      if (same != Same::unknown) return same;
    }
    return same;
  }

  const DiffSide& a_;
  const DiffSide& b_;
  std::vector<std::pair<const DiffSurface*, const DiffSurface*>> surfaces_;
};

}  // namespace

bool DiffCredential::is_used_on(std::string_view surface) const {
  return std::find(used_on.begin(), used_on.end(), surface) != used_on.end();
}

std::string_view DiffCredential::reason_on(std::string_view surface) const {
  const auto found = std::find_if(not_used_on.begin(), not_used_on.end(),
                                  [surface](const NotUsed& n) { return n.surface == surface; });
  return found == not_used_on.end() ? std::string_view() : std::string_view(found->reason);
}

const DiffCredential* DiffSide::find_credential(std::string_view id) const {
  const auto found = std::find_if(credentials.begin(), credentials.end(),
                                  [id](const DiffCredential& c) { return c.id == id; });
  return found == credentials.end() ? nullptr : &*found;
}

Same Diff::sides() const {
  auto same = both(target, a->loads == b->loads ? Same::yes : Same::no);
  if (!settings.empty()) same = Same::no;
  for (const auto& surface : surfaces) same = both(same, surface.sent);
  for (const auto& credential : credentials) {
    const bool is_open = credential.value == Same::unknown && !credential.source_differs &&
                         credential.changes.empty();
    same = both(same, is_open ? Same::unknown : Same::no);
  }
  return same;
}

Diff compare_sides(const DiffSide& a, const DiffSide& b) { return Comparison(a, b).run(); }

}  // namespace prefect_config
