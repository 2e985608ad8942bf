#include "describe_credentials.hpp"

#include <prefect_config/auth.hpp>

#include "report/json_writer.hpp"

#include <string_view>

namespace prefect_config::tool {
namespace {

// For a page: KEY is the API key, AUTH the auth string.
std::string_view words_of(Send send) {
  switch (send) {
  case Send::nothing:
    return "";
  case Send::bearer_key:
    return "Bearer KEY";
  case Send::bearer_key_or_none:
    return "Bearer KEY, else Bearer None";
  case Send::bearer_key_lower:
    return "bearer KEY";
  case Send::bearer_key_lower_name:
    return "Bearer KEY, as authorization";
  case Send::basic_auth:
    return "Basic AUTH";
  case Send::key_else_basic:
    return "Bearer KEY, else Basic AUTH";
  case Send::basic_else_key:
    return "Basic AUTH, else Bearer KEY";
  case Send::token_null:
    return "null";
  case Send::token_auth:
    return "AUTH, else null";
  case Send::token_key:
    return "KEY, else null";
  case Send::token_auth_else_key:
    return "AUTH, else KEY, else null";
  }
  return "";
}

std::string_view words_of(CustomHeaders custom) {
  switch (custom) {
  case CustomHeaders::not_sent:
    return "not sent";
  case CustomHeaders::replace:
    return "win";
  case CustomHeaders::replace_key:
    return "win over the key";
  case CustomHeaders::give_way:
    return "give way";
  }
  return "";
}

void write(JsonWriter& json, const AuthRule& rule) {
  json.begin_object();
  json.key("id").value(rule.id);
  json.key("surface").value(surface_name(rule.surface));
  json.key("target").value(target_name(rule.target));
  json.key("versions").value(rule.versions.text());
  json.key("first").value(rule.versions.first.text());
  json.key("absent").value(rule.absent);
  json.key("header").value(words_of(rule.header));
  json.key("token").value(words_of(rule.token));
  json.key("subprotocol").value(rule.subprotocol);
  json.key("needs_key").value(rule.needs_key);
  json.key("custom_headers").value(words_of(rule.custom_headers));
  json.key("needs_setting").value(rule.needs_setting);
  json.key("refuses_without").value(rule.refuses_without);
  json.end_object();
}

}  // namespace

std::string describe_credentials() {
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  json.key("schema").value("prefect-config/describe-credentials/v1");
  json.key("rules").begin_array();
  for (const auto& rule : auth_rules()) write(json, rule);
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace prefect_config::tool
