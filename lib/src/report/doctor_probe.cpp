#include "report/doctor_probe.hpp"

#include "report/disclosure.hpp"
#include "report/names.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kSurface = 16;
constexpr std::size_t kOutcome = 12;
constexpr std::size_t kCode = 7;
constexpr std::size_t kColumn = 2 + kSurface + kOutcome + kCode;

std::string attempt_text(const Attempt& attempt) {
  const auto url = shown_text(attempt.url, Disclosure::masked);
  return fmt::format("  {}  {}  {}, {}{}\n", padded(std::string(surface_name(attempt.surface)), 14),
                     safe_text(url), asked_name(attempt.asked), milliseconds_text(attempt.elapsed),
                     attempt.carries_credential ? ", with a credential" : "");
}

void write_text(JsonWriter& json, const char* key, std::string_view text) {
  json.key(key);
  text.empty() ? json.null() : json.value(text);
}

void write_truth(JsonWriter& json, const char* key, std::optional<bool> truth) {
  json.key(key);
  truth ? json.value(*truth) : json.null();
}

void write_number(JsonWriter& json, const char* key, int number) {
  json.key(key);
  number > 0 ? json.value(static_cast<std::uint32_t>(number)) : json.null();
}

void write_time(JsonWriter& json, std::chrono::microseconds time) {
  json.key("elapsed_ms").raw(fmt::format("{:.1f}", static_cast<double>(time.count()) / 1000));
}

void write_verdict(JsonWriter& json, const ProbeReport& report, const Verdict& verdict) {
  const auto* attempt = report.probe.find(verdict.surface);
  json.begin_object();
  json.key("surface").value(surface_name(verdict.surface));
  json.key("outcome").value(verdict_name(verdict.outcome));
  json.key("code");
  verdict.cause ? json.value(rule(*verdict.cause).code) : json.null();
  json.key("layer");
  attempt ? json.value(layer_name(attempt->layer)) : json.null();
  json.key("note").value(verdict.note);
  json.end_object();
}

void write_attempt(JsonWriter& json, const Attempt& attempt) {
  json.begin_object();
  json.key("surface").value(surface_name(attempt.surface));
  json.key("asked").value(asked_name(attempt.asked));
  json.key("url").value(shown_text(attempt.url, Disclosure::masked));
  json.key("credential").value(attempt.carries_credential);
  json.key("layer").value(layer_name(attempt.layer));
  write_number(json, "status", attempt.status);
  write_number(json, "close_code", attempt.close_code);
  write_text(json, "close_reason", attempt.close_reason);
  write_text(json, "detail", attempt.detail);
  write_time(json, attempt.elapsed);
  json.end_object();
}

}  // namespace

std::string server_text(const ProbeReport& report) {
  const auto& diagnosis = report.diagnosis;
  std::string text;
  if (!diagnosis.server_version.empty())
    text += "Prefect server " + printable(diagnosis.server_version);
  if (diagnosis.asks_for_auth) {
    text += text.empty() ? "" : ", ";
    text += *diagnosis.asks_for_auth ? "asks for basic auth" : "asks for no credential";
  }
  if (diagnosis.sees_workspace)
    text += *diagnosis.sees_workspace ? "the API key sees this workspace"
                                      : "the API key does not see this workspace";
  return text;
}

std::string outcome_word(Verdict::Outcome outcome) {
  return outcome == Verdict::Outcome::not_opened ? "not opened"
                                                 : std::string(verdict_name(outcome));
}

std::string milliseconds_text(std::chrono::microseconds time) {
  return fmt::format("{:.1f} ms", static_cast<double>(time.count()) / 1000);
}

std::string probe_text(const ProbeReport& report) {
  auto text = "Asked  " + safe_text(shown_text(report.plans.api_url, Disclosure::masked)) + '\n';
  if (const auto server = server_text(report); !server.empty()) text += "       " + server + '\n';
  text += '\n';
  for (const auto& verdict : report.diagnosis.verdicts) {
    const auto note = safe_text(verdict.note);
    std::string code(verdict.cause ? rule(*verdict.cause).code : std::string_view());
    text += "  " + padded(std::string(surface_name(verdict.surface)), kSurface) +
            padded(outcome_word(verdict.outcome), kOutcome) + padded(std::move(code), kCode) +
            wrapped(note, kColumn, kColumn) + '\n';
  }
  if (report.probe.find(Surface::http, Asked::pool)) {
    const auto& exists = report.diagnosis.pool_exists;
    text += "  " + padded("work pool", kSurface) +
            (!exists   ? "not known"
             : *exists ? "exists"
                       : "missing") +
            '\n';
  }
  if (report.every_request) {
    text += '\n';
    for (const auto& attempt : report.probe.attempts) text += attempt_text(attempt);
  }
  return text + '\n';
}

void write_probe(JsonWriter& json, const ProbeReport& report) {
  const auto& diagnosis = report.diagnosis;
  json.key("probe").begin_object();
  json.key("api_url").value(shown_text(report.plans.api_url, Disclosure::masked));
  json.key("target").value(target_name(report.plans.target));
  write_text(json, "server_version", diagnosis.server_version);
  write_truth(json, "asks_for_auth", diagnosis.asks_for_auth);
  write_truth(json, "sees_workspace", diagnosis.sees_workspace);
  write_truth(json, "pool_exists", diagnosis.pool_exists);
  json.key("requests").value(static_cast<std::uint32_t>(report.probe.requests()));
  write_time(json, report.probe.elapsed);
  json.key("connections").begin_array();
  for (const auto& verdict : diagnosis.verdicts) write_verdict(json, report, verdict);
  json.end_array();
  json.key("attempts").begin_array();
  for (const auto& attempt : report.probe.attempts) write_attempt(json, attempt);
  json.end_array();
  json.end_object();
}

}  // namespace prefect_config
