// What `doctor --probe` tells of the connections, beside the findings.
#pragma once

#include <prefect_config/report.hpp>

#include "report/json_writer.hpp"

#include <chrono>
#include <string>

namespace prefect_config {

/// What the server says of itself; empty where it says nothing.
std::string server_text(const ProbeReport& report);
/// `works`, `fails`, `not known`, `not opened`.
std::string outcome_word(Verdict::Outcome outcome);
/// `12.3 ms`.
std::string milliseconds_text(std::chrono::microseconds time);

/// The server, and a line a connection.
std::string probe_text(const ProbeReport& report);

/// The member `probe` of the document.
void write_probe(JsonWriter& json, const ProbeReport& report);

}  // namespace prefect_config
