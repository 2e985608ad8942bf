// `explain -o json`: the document of design contract `explain`.
#include <prefect_config/report.hpp>

#include "report/disclosure.hpp"
#include "report/json_parts.hpp"

namespace prefect_config {
namespace {

void write_credential(JsonWriter& json, const Credential& credential, Disclosure secrets) {
  json.begin_object();
  json.key("id").value(shown_credential(credential.name, secrets));
  json.key("setting").value(credential.setting->setting->name);
  json.key("origin");
  write_origin(json, credential.setting->winner);
  json.key("fingerprint");
  credential.fingerprint.empty() ? json.null() : json.value(credential.fingerprint);
  json.key("used_on").begin_array();
  for (const auto surface : credential.used_on) json.value(surface_name(surface));
  json.end_array();
  json.key("not_used_on").begin_array();
  for (const auto& unused : credential.not_used_on) {
    json.begin_object();
    json.key("surface").value(surface_name(unused.surface));
    json.key("reason").value(unused.reason);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_first_message(JsonWriter& json, const AuthPlan& plan, Disclosure secrets) {
  if (!plan.has_first_message) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("type").value("auth");
  json.key("token");
  // No token, or an empty one, is no secret: the difference is what people look for.
  if (plan.token.is_none()) {
    json.null();
  } else if (plan.token.is_empty_text()) {
    json.value("");
  } else {
    json.value(shown_text(plan.token, secrets));
  }
  json.end_object();
}

void write_setting_name(JsonWriter& json, const Resolved* setting) {
  setting && setting->winner ? json.value(setting->setting->name) : json.null();
}

void write_tls(JsonWriter& json, const AuthPlan& plan, Disclosure secrets) {
  if (!plan.tls) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("verify").value(plan.tls->verify);
  json.key("verify_from");
  write_setting_name(json, plan.tls->verify_setting);
  json.key("ca_file");
  plan.tls->ca_file.is_none() ? json.null() : json.value(shown_text(plan.tls->ca_file, secrets));
  json.key("ca_file_from");
  plan.tls->ca_from.empty() ? json.null() : json.value(plan.tls->ca_from);
  json.end_object();
}

void write_proxy(JsonWriter& json, const AuthPlan& plan) {
  if (!plan.proxy) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("url").value(plan.proxy->url);
  json.key("variable").value(plan.proxy->variable);
  json.end_object();
}

void write_surface(JsonWriter& json, const AuthPlan& plan, Disclosure secrets) {
  json.begin_object();
  json.key("surface").value(surface_name(plan.surface));
  json.key("outcome").value(outcome_name(plan.outcome));
  json.key("transport").value(plan.transport);
  json.key("url");
  plan.url.is_none() ? json.null() : json.value(shown_text(plan.url, secrets));
  json.key("headers").begin_array();
  for (const auto& header : plan.headers) {
    json.begin_object();
    json.key("name").value(shown_header_name(header.name, secrets));
    json.key("value").value(shown_text(header.value, secrets));
    json.key("from").value(shown_credential(header.from, secrets));
    json.end_object();
  }
  json.end_array();
  json.key("subprotocols").begin_array();
  for (const auto& subprotocol : plan.subprotocols) json.value(subprotocol);
  json.end_array();
  json.key("first_message");
  write_first_message(json, plan, secrets);
  json.key("tls");
  write_tls(json, plan, secrets);
  json.key("proxy");
  write_proxy(json, plan);
  json.key("rule");
  if (plan.rule) {
    json.begin_object();
    json.key("id").value(plan.rule->id);
    json.key("versions").value(plan.rule->versions.text());
    json.end_object();
  } else {
    json.null();
  }
  json.key("notes").begin_array();
  for (const auto& note : plan.notes) json.value(note);
  json.end_array();
  json.end_object();
}

}  // namespace

namespace {

void write_injected(JsonWriter& json, const InjectedVariable& variable) {
  json.begin_object();
  json.key("name").value(variable.name);
  json.key("value").value(variable.value);
  json.key("secret").value(variable.in_clear);
  json.key("from");
  write_origin(json, variable.setting ? variable.setting->winner : nullptr);
  json.end_object();
}

}  // namespace

std::string explain_json(const Inspection& inspection, const AuthPlans& plans, Disclosure secrets) {
  JsonWriter json(secrets);
  json.begin_object();
  write_head(json, inspection, "explain");
  json.key("target").value(target_name(plans.target));
  json.key("api_url");
  plans.api_url.truthy() ? json.value(shown_text(plans.api_url, secrets)) : json.null();
  json.key("credentials").begin_array();
  for (const auto& credential : plans.credentials) write_credential(json, credential, secrets);
  json.end_array();
  json.key("surfaces").begin_array();
  for (const auto& plan : plans.surfaces) write_surface(json, plan, secrets);
  json.end_array();
  json.key("flow_run_environment").begin_array();
  for (const auto& variable : flow_run_environment(inspection.resolution, inspection.registry))
    write_injected(json, variable);
  json.end_array();
  write_findings(json, inspection.findings);
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
