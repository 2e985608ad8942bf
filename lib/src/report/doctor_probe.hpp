// What `doctor --probe` tells of the connections, beside the findings.
#pragma once

#include <prefect_config/report.hpp>

#include "report/json_writer.hpp"

#include <string>

namespace prefect_config {

/// The server, and a line a connection.
std::string probe_text(const ProbeReport& report);

/// The member `probe` of the document.
void write_probe(JsonWriter& json, const ProbeReport& report);

}  // namespace prefect_config
