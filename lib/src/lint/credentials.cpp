#include "lint/credentials.hpp"

#include <prefect_config/auth.hpp>
#include <prefect_config/inspect.hpp>

#include "lint/launches.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace prefect_config {
namespace {

/// A stretch of a file that a launch's credential is the value of.
struct Taken {
  std::string file;
  ByteSpan at;
  std::string fingerprint;
};

// A key without the line ends that a folded text has in it.
std::string whole_key(std::string_view text) {
  std::string key(text.substr(0, 4));
  std::copy_if(text.begin() + static_cast<std::ptrdiff_t>(key.size()), text.end(),
               std::back_inserter(key), is_letter_or_digit);
  return key;
}

std::string key_in_base64(std::string_view text) {
  auto padded = std::string(text.substr(0, text.size() / 4 * 4));
  if (padded.size() != text.size())
    padded = std::string(text) + std::string(4 - text.size() % 4, '=');
  const auto decoded = base64_decoded(padded);
  for (const auto* prefix : {"pnu_", "pnb_"}) {
    const auto at = decoded.find(prefix);
    if (at == std::string::npos) continue;
    const auto key = find_key(decoded, at);
    if (!key.is_empty()) return whole_key(key.of(decoded));
  }
  return {};
}

// The secret itself, the same wherever and however it is written; empty where that is not known.
std::string secret_of(const ListedSecret& secret) {
  switch (secret.found.kind) {
  case SecretKind::key:
    return whole_key(secret.value);
  case SecretKind::key_in_base64:
    return key_in_base64(secret.value);
  case SecretKind::auth_string:
  case SecretKind::custom_headers:
  case SecretKind::database_password:
    break;
  }
  return secret.value;
}

std::string_view id_of(SecretKind kind) {
  switch (kind) {
  case SecretKind::key:
  case SecretKind::key_in_base64:
    break;
  case SecretKind::auth_string:
    return "auth_string";
  case SecretKind::custom_headers:
    return "custom_header";
  case SecretKind::database_password:
    return "database_password";
  }
  return "api_key";
}

class Lister {
 public:
  Lister(std::vector<LintCredential> known, const LintTexts& texts, std::optional<Version> release,
         std::string_view key)
      : texts_(texts), release_(release), key_(key), known_(known.size()),
        listed_(std::move(known)) {}

  void add(const WrittenLaunch& written) {
    if (std::none_of(written.variables.begin(), written.variables.end(), may_hold_credential))
      return;
    const auto inspection = inspect(launch_of_written(written, texts_, release_));
    auto plans = plan_auth(inspection);
    add_fingerprints(plans, key_);
    for (const auto& credential : plans.credentials) {
      const auto* variable = variable_of(written, credential);
      if (variable && !credential.fingerprint.empty())
        add(written, *variable, credential, plans.target);
    }
  }

  void add(const ListedSecret& secret) {
    const auto value = secret.found.is_well_known ? std::string() : secret_of(secret);
    if (value.empty()) return;
    auto print = fingerprint_of(value, key_);
    if (is_taken(secret, print)) return;
    LintCredential one{std::string(id_of(secret.found.kind)),
                       std::move(print),
                       texts_.place(secret.file, secret.found.at, {}),
                       {},
                       {}};
    if (!is_known(one)) listed_.push_back(std::move(one));
  }

  std::vector<LintCredential> take() {
    sort_credentials(listed_);
    return std::move(listed_);
  }

 private:
  static bool may_hold_credential(const WrittenVariable& variable) {
    if (is_unreadable(variable) || variable.value.empty() || variable.value_at.is_empty())
      return false;
    const auto name = upper(variable.name);
    return is_secret_name(name) || sounds_secret(name) ||
           (ends_with(name, "API_URL") && variable.value.find('@') != std::string::npos);
  }

  // Where it is written, if its value is there and nothing stands in for it.
  const WrittenVariable* variable_of(const WrittenLaunch& written,
                                     const Credential& credential) const {
    if (!credential.setting || !credential.setting->winner) return nullptr;
    const auto& origin = credential.setting->winner->origin;
    const auto found = std::find_if(
        written.variables.rbegin(), written.variables.rend(), [&](const WrittenVariable& variable) {
          const auto span = texts_.span(variable.file, variable.value_at);
          return variable.file == origin.where && span.line == origin.value_span.line &&
                 span.column == origin.value_span.column;
        });
    if (found == written.variables.rend() || !may_hold_credential(*found)) return nullptr;
    FoundSecret secret;
    const bool is_everybodys =
        is_secret_value(found->name, found->value, secret) && secret.is_well_known;
    return is_everybodys ? nullptr : &*found;
  }

  void add(const WrittenLaunch& written, const WrittenVariable& variable,
           const Credential& credential, Target target) {
    LintCredential one{credential.name,
                       credential.fingerprint,
                       texts_.place(variable.file, variable.value_at, {}),
                       written.kind + (written.name.empty() ? "" : ' ' + written.name),
                       {}};
    for (const auto surface : credential.used_for(target))
      one.used_on.emplace_back(surface_name(surface));
    taken_.push_back({variable.file, variable.value_at, credential.fingerprint});
    listed_.push_back(std::move(one));
  }

  // What a launch sends is told with it. A key is more than its text where that has quotes.
  bool is_taken(const ListedSecret& secret, const std::string& fingerprint) const {
    const bool is_key =
        secret.found.kind == SecretKind::key || secret.found.kind == SecretKind::key_in_base64;
    return std::any_of(taken_.begin(), taken_.end(), [&](const Taken& taken) {
      return taken.file == secret.file && taken.at.begin < secret.found.at.end &&
             secret.found.at.begin < taken.at.end && (!is_key || taken.fingerprint == fingerprint);
    });
  }

  // The same secret on the same line, or one of headers that are known one by one.
  bool is_known(const LintCredential& one) const {
    return std::any_of(
        listed_.begin(), listed_.begin() + static_cast<std::ptrdiff_t>(known_),
        [&](const LintCredential& other) {
          return other.place.span.line == one.place.span.line &&
                 (other.fingerprint == one.fingerprint ||
                  (one.id == "custom_header" && starts_with(other.id, "custom_header:")));
        });
  }

  const LintTexts& texts_;
  std::optional<Version> release_;
  std::string_view key_;
  std::size_t known_;
  std::vector<Taken> taken_;
  std::vector<LintCredential> listed_;
};

}  // namespace

std::vector<LintCredential> credentials_of(const WrittenLaunches& written,
                                           const std::vector<ListedSecret>& secrets,
                                           std::vector<LintCredential> known,
                                           const LintTexts& texts, std::optional<Version> release,
                                           std::string_view key) {
  Lister lister(std::move(known), texts, release, key);
  for (const auto& launch : written.launches) lister.add(launch);
  for (const auto& secret : secrets) lister.add(secret);
  return lister.take();
}

void sort_credentials(std::vector<LintCredential>& credentials) {
  const auto key = [](const LintCredential& one) {
    return std::tuple(std::string_view(one.place.file), one.place.span.line, one.place.span.column,
                      std::string_view(one.id), std::string_view(one.fingerprint),
                      std::string_view(one.launch));
  };
  std::stable_sort(
      credentials.begin(), credentials.end(),
      [&](const LintCredential& a, const LintCredential& b) { return key(a) < key(b); });
  credentials.erase(std::unique(credentials.begin(), credentials.end(),
                                [&](const LintCredential& a, const LintCredential& b) {
                                  return key(a) == key(b);
                                }),
                    credentials.end());
}

}  // namespace prefect_config
