// A saved explanation as one side of a comparison.
#include <prefect_config/diff.hpp>

#include "adapters/json.hpp"
#include "diff/document.hpp"
#include "sources/known_secrets.hpp"
#include "sources/protect.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::string_view kSchema = "prefect-config/explain/v1";

// No explanation comes near these; comparing takes time by their product.
constexpr std::size_t kLargest = 4u << 20;
constexpr std::size_t kMostSurfaces = 64;
constexpr std::size_t kMostCredentials = 1000;
constexpr std::size_t kMostHeaders = 1000;

// A document that was saved with --show-secrets has them whole.
bool is_whole(std::string_view text) { return text.find(kMask) == std::string_view::npos; }

DiffValue secret_of(std::string text, std::string mask) {
  const bool whole = is_whole(text);
  return {Secret(Value(std::move(text)), Value(std::move(mask))), whole};
}

// The schemes that our own plans write. What else stands before a blank can be the secret.
std::string header_mask(std::string_view text, std::string_view from) {
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic "}) {
    if (starts_with(text, scheme) && !starts_with(from, "custom_header:"))
      return std::string(scheme) + std::string(kMask);
  }
  return std::string(kMask);
}

// No token, and an empty one, are no secrets.
DiffValue token_of(const DocumentNode& node) {
  if (node.is_null()) return {};
  auto text = node.text();
  return text.empty() ? DiffValue{Value(std::move(text))}
                      : secret_of(std::move(text), std::string(kMask));
}

DiffValue url_of(const DocumentNode& node) {
  if (node.is_null()) return {};
  auto text = node.text();
  const bool whole = is_whole(text);
  return {protect_url(std::move(text)), whole};
}

SourceKind kind_of(const DocumentNode& node, bool laid_over) {
  const auto word = node.text();
  if (laid_over && word == prefect_word(SourceKind::command_line)) return SourceKind::command_line;
  for (const auto kind : {SourceKind::profile, SourceKind::pyproject_toml, SourceKind::prefect_toml,
                          SourceKind::dotenv, SourceKind::environment}) {
    if (word == prefect_word(kind)) return kind;
  }
  node.refuse("a kind of source that this release knows");
  return SourceKind::defaults;
}

std::optional<Origin> origin_of(const DocumentNode& node) {
  if (node.is_null()) return std::nullopt;
  Origin origin;
  origin.kind = kind_of(node.at("kind"), !node.at_if("laid_over").is_null());
  origin.where = node.at("where").text();
  origin.table = node.at_if("profile").text_or_null();
  origin.key = node.at("key").text();
  origin.key_span.line = origin.key_span.end_line = node.at("line").position();
  origin.key_span.column = origin.key_span.end_column = node.at("column").position();
  return origin;
}

DiffCredential credential_of(const DocumentNode& node) {
  DiffCredential credential;
  credential.id = node.at("id").text();
  credential.setting = node.at("setting").text();
  credential.origin = origin_of(node.at("origin"));
  credential.fingerprint = node.at("fingerprint").text_or_null();
  for (const auto& surface : node.at("used_on").items(kMostSurfaces))
    credential.used_on.push_back(surface.text());
  for (const auto& unused : node.at("not_used_on").items(kMostSurfaces))
    credential.not_used_on.push_back({unused.at("surface").text(), unused.at("reason").text()});
  return credential;
}

AuthPlan::Outcome outcome_of(const DocumentNode& node) {
  using Outcome = AuthPlan::Outcome;
  const auto word = node.text();
  for (const auto outcome : {Outcome::connects, Outcome::refuses, Outcome::absent}) {
    if (word == outcome_name(outcome)) return outcome;
  }
  node.refuse("connects, refuses or absent");
  return Outcome::absent;
}

Target target_of(const DocumentNode& node) {
  const auto word = node.text();
  for (const auto target : {Target::cloud, Target::self_hosted, Target::ephemeral, Target::none}) {
    if (word == target_name(target)) return target;
  }
  node.refuse("a target that this release knows");
  return Target::none;
}

// The document does not say which credential a token is. It is the key or the auth string,
// whichever is used here; where both are, it stays open.
std::string token_credential(const DiffSide& side, const std::string& surface) {
  std::string found;
  for (const auto& credential : side.credentials) {
    if (credential.id != "api_key" && credential.id != "auth_string") continue;
    if (!credential.is_used_on(surface)) continue;
    if (!found.empty()) return {};
    found = credential.id;
  }
  return found;
}

// What earlier documents of ours do not have, is not said.
DiffRoute route_of(const DocumentNode& node) {
  DiffRoute route;
  route.url = url_of(node.at_if("url"));
  if (const auto names = node.at_if("subprotocols"); !names.is_null()) {
    for (const auto& name : names.items(kMostSurfaces)) route.subprotocols.push_back(name.text());
  }
  if (const auto tls = node.at_if("tls"); !tls.is_null()) {
    route.encrypted = true;
    route.verified = tls.at("verify").boolean();
    route.ca_file = url_of(tls.at("ca_file"));
  }
  if (const auto proxy = node.at_if("proxy"); !proxy.is_null())
    route.proxy = url_of(proxy.at("url"));
  return route;
}

DiffSurface surface_of(const DocumentNode& node, const DiffSide& side) {
  DiffSurface surface;
  surface.name = node.at("surface").text();
  surface.outcome = outcome_of(node.at("outcome"));
  for (const auto& header : node.at("headers").items(kMostHeaders)) {
    auto from = header.at("from").text();
    auto value = header.at("value").text();
    auto mask = header_mask(value, from);
    surface.headers.push_back(
        {header.at("name").text(), secret_of(std::move(value), std::move(mask)), std::move(from)});
  }
  if (const auto message = node.at("first_message"); !message.is_null()) {
    surface.token = token_of(message.at("token"));
    if (!surface.token->value.is_none()) surface.token_from = token_credential(side, surface.name);
  }
  if (const auto rule = node.at("rule"); !rule.is_null()) {
    surface.rule = rule.at("id").text();
    surface.rule_versions = rule.at("versions").text();
  }
  surface.is_known = !surface.rule.empty() || !has_url(side.target);
  surface.route = route_of(node);
  const auto notes = node.at("notes").items(kMostHeaders);
  if (!notes.empty()) surface.note = notes.front().text();
  return surface;
}

// A secret as it is sent, and what is in it: an auth string and its password.
void add_secret(KnownSecrets& known, const DiffValue& value) {
  if (!value.whole) return;
  auto text = text_of(value.value);
  known.add(text);
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic "}) {
    if (starts_with(text, scheme)) text = text.substr(scheme.size());
  }
  known.add(text);
  if (starts_with(text_of(value.value), "Basic ")) text = base64_decoded(text);
  known.add(text.substr(text.find(':') + 1));
  known.add(std::move(text));
}

// What a document has whole in a secret's place is one in every other text too, as it is for a
// launch.
void hide_known_secrets(DiffSide& side) {
  KnownSecrets known;
  for (const auto& surface : side.surfaces) {
    for (const auto& header : surface.headers) add_secret(known, header.value);
    if (surface.token) add_secret(known, *surface.token);
  }
  if (known.empty()) return;
  const auto hide = [&known](auto&... texts) { ((texts = known.masked(std::move(texts))), ...); };
  const auto hide_value = [&known](DiffValue& value) { known.hide_in(value.value); };
  hide(side.profile);
  hide_value(side.api_url);
  for (auto& credential : side.credentials) {
    hide(credential.id, credential.setting, credential.fingerprint);
    if (auto& origin = credential.origin) hide(origin->where, origin->table, origin->key);
    for (auto& name : credential.used_on) hide(name);
    for (auto& unused : credential.not_used_on) hide(unused.surface, unused.reason);
  }
  for (auto& surface : side.surfaces) {
    hide(surface.name, surface.token_from, surface.rule, surface.rule_versions, surface.note);
    for (auto& header : surface.headers) hide(header.name, header.from);
    for (auto& name : surface.route.subprotocols) hide(name);
    hide_value(surface.route.url);
    hide_value(surface.route.ca_file);
    hide_value(surface.route.proxy);
  }
}

DiffSide side_of(const DocumentNode& document) {
  DiffSide side;
  side.is_document = true;
  if (document.at("schema").text() != kSchema) document.at("schema").refuse(kSchema);
  side.prefect_version = document.at("prefect_version").text();
  if (!Version::parse(side.prefect_version)) document.at("prefect_version").refuse("a release");
  side.profile = document.at("profile").text();
  side.loads = document.at("loads").boolean();
  side.complete = document.at("complete").boolean();
  side.target = target_of(document.at("target"));
  side.api_url = url_of(document.at("api_url"));
  for (const auto& node : document.at("credentials").items(kMostCredentials))
    side.credentials.push_back(credential_of(node));
  for (const auto& node : document.at("surfaces").items(kMostSurfaces))
    side.surfaces.push_back(surface_of(node, side));
  hide_known_secrets(side);
  return side;
}

}  // namespace

std::variant<DiffSide, DocumentProblem> side_of_document(std::string_view text, std::string name) {
  if (text.size() > kLargest) return DocumentProblem{"it is larger than 4 MiB"};
  const auto parsed = parse_json(text, JsonDialect::orjson);
  if (const auto* error = std::get_if<JsonError>(&parsed)) {
    const auto before = text.substr(0, error->offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return DocumentProblem{"it is not JSON: " + error->message + ", line " + std::to_string(line)};
  }
  std::string problem;
  auto side = side_of(DocumentNode(std::get<Value>(parsed), problem));
  if (!problem.empty()) return DocumentProblem{std::move(problem)};
  side.name = std::move(name);
  return side;
}

}  // namespace prefect_config
