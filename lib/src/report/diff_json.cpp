// `diff -o json`: the document of docs/schema/diff.v1.schema.json.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"
#include "report/prefect_view.hpp"

namespace prefect_config {
namespace {

std::string_view same_word(Same same) {
  switch (same) {
  case Same::yes:
    return "same";
  case Same::no:
    return "different";
  case Same::unknown:
    return "unknown";
  }
  return "";
}

void write_text_or_null(JsonWriter& json, std::string_view text) {
  text.empty() ? json.null() : json.value(text);
}

void write_side(JsonWriter& json, const DiffSide& side, Disclosure secrets) {
  json.begin_object();
  json.key("kind").value(side.is_document ? "document" : "launch");
  json.key("name");
  write_text_or_null(json, side.name);
  json.key("prefect_version").value(side.prefect_version);
  json.key("loads").value(side.loads);
  json.key("complete").value(side.complete);
  json.key("profile").value(side.profile);
  json.key("target").value(target_name(side.target));
  json.key("api_url");
  side.api_url.value.truthy() ? json.value(shown_text(side.api_url.value, secrets)) : json.null();
  write_findings(json, side.findings);
  json.end_object();
}

void write_setting_side(JsonWriter& json, const DiffSetting* setting, Disclosure secrets) {
  if (!setting) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("name").value(setting->setting->name);
  json.key("path").value(setting->setting->path);
  json.key("value").value(row_value(*setting->setting, setting->value, secrets));
  json.key("source").value(
      prefect_word(setting->origin ? setting->origin->kind : SourceKind::defaults));
  json.key("typed_value");
  write_typed(json, setting->value, secrets);
  json.key("origin");
  write_origin(json, setting->origin);
  json.end_object();
}

void write_setting(JsonWriter& json, const SettingDifference& difference, Disclosure secrets) {
  const auto* last = difference.b ? difference.b : difference.a;
  json.begin_object();
  json.key("name").value(last->setting->name);
  json.key("path").value(last->setting->path);
  json.key("values").value(same_word(difference.value));
  json.key("a");
  write_setting_side(json, difference.a, secrets);
  json.key("b");
  write_setting_side(json, difference.b, secrets);
  json.end_object();
}

void write_first_message(JsonWriter& json, const DiffSurface& surface, Disclosure secrets) {
  if (!surface.token) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("token");
  write_typed(json, surface.token->value, secrets);
  json.key("from");
  write_text_or_null(json, surface.token_from);
  json.end_object();
}

void write_surface_side(JsonWriter& json, const DiffSurface* surface, Disclosure secrets) {
  if (!surface) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("outcome").value(outcome_name(surface->outcome));
  json.key("headers").begin_array();
  for (const auto& header : surface->headers) {
    json.begin_object();
    json.key("name").value(shown_header_name(header.name, secrets));
    json.key("value").value(shown_text(header.value.value, secrets));
    json.key("from").value(shown_credential(header.from, secrets));
    json.end_object();
  }
  json.end_array();
  json.key("first_message");
  write_first_message(json, *surface, secrets);
  const auto write_shown = [&](const char* key, const DiffValue& value) {
    json.key(key);
    write_text_or_null(json, value.value.is_none() ? "" : shown_text(value.value, secrets));
  };
  const auto& route = surface->route;
  write_shown("url", route.url);
  json.key("subprotocols").begin_array();
  for (const auto& name : route.subprotocols) json.value(name);
  json.end_array();
  json.key("encrypted").value(route.encrypted);
  json.key("verified").value(route.verified);
  write_shown("ca_file", route.ca_file);
  write_shown("proxy", route.proxy);
  json.key("rule");
  write_text_or_null(json, surface->rule);
  json.key("versions");
  write_text_or_null(json, surface->rule_versions);
  json.key("note");
  write_text_or_null(json, surface->note);
  json.end_object();
}

void write_surface(JsonWriter& json, const SurfaceDifference& difference, Disclosure secrets) {
  json.begin_object();
  json.key("surface").value((difference.a ? difference.a : difference.b)->name);
  json.key("sent").value(same_word(difference.sent));
  json.key("a");
  write_surface_side(json, difference.a, secrets);
  json.key("b");
  write_surface_side(json, difference.b, secrets);
  json.end_object();
}

void write_credential_side(JsonWriter& json, const DiffCredential* credential) {
  if (!credential) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("setting").value(credential->setting);
  json.key("origin");
  write_origin(json, credential->origin);
  json.key("fingerprint");
  write_text_or_null(json, credential->fingerprint);
  json.key("used_on").begin_array();
  for (const auto& surface : credential->used_on) json.value(surface);
  json.end_array();
  json.end_object();
}

void write_credential(JsonWriter& json, const CredentialDifference& difference,
                      Disclosure secrets) {
  json.begin_object();
  json.key("id").value(shown_credential((difference.a ? difference.a : difference.b)->id, secrets));
  json.key("values").value(same_word(difference.value));
  json.key("a");
  write_credential_side(json, difference.a);
  json.key("b");
  write_credential_side(json, difference.b);
  json.key("changes").begin_array();
  for (const auto& change : difference.changes) {
    json.begin_object();
    json.key("surface").value(change.surface);
    json.key("used_by").value(change.used_by_a ? "a" : "b");
    json.key("reason");
    write_text_or_null(json, change.reason);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

template <typename Entry>
void write_all(JsonWriter& json, std::string_view key, const std::vector<Entry>& entries,
               void (*write)(JsonWriter&, const Entry&, Disclosure), Disclosure secrets) {
  json.key(key).begin_array();
  for (const auto& entry : entries) write(json, entry, secrets);
  json.end_array();
}

}  // namespace

std::string diff_json(const Diff& diff, Disclosure secrets) {
  JsonWriter json(secrets);
  json.begin_object();
  json.key("schema").value("prefect-config/diff/v1");
  json.key("sides").value(same_word(diff.sides()));
  json.key("a");
  write_side(json, *diff.a, secrets);
  json.key("b");
  write_side(json, *diff.b, secrets);
  json.key("target").value(same_word(diff.target));
  json.key("settings_compared").value(diff.settings_compared);
  write_all(json, "settings", diff.settings, write_setting, secrets);
  write_all(json, "surfaces", diff.surfaces, write_surface, secrets);
  write_all(json, "credentials", diff.credentials, write_credential, secrets);
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
