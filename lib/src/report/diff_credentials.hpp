// The half of `diff` that is about what is sent: connections and credentials.
#pragma once

#include <prefect_config/report.hpp>

#include <string>

namespace prefect_config {

/// `    A  TEXT  TAIL`, the tail on a line of its own where it does not fit.
std::string sided(char letter, const std::string& text, const std::string& tail);

/// What each side sends, on the connections where that differs; empty where it does nowhere.
std::string surfaces_text(const Diff& diff, Disclosure secrets);

/// Credentials that only one side uses, and why; empty where there are none.
std::string credentials_text(const Diff& diff, Disclosure secrets);

}  // namespace prefect_config
