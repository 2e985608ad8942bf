// A line of a settings file as compilers show it, with every value that may be secret masked in
// place.
//
// What it is not: a second reading of the file. It shows lines of the text the sources read.
#pragma once

#include <prefect_config/inspect.hpp>

#include <string>

namespace prefect_config {

/// The gutter, the line and the carets under `place`, with `label` after them; empty where there is
/// no text.
std::string snippet(const Inspection& inspection, const Place& place, std::string_view label);

}  // namespace prefect_config
