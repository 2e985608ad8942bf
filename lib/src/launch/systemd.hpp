// systemd units, their drop-ins, and Podman's `.container` files: what their process is given.
//
// What it is not: a unit manager. Conditions, dependencies and templates' instances are not looked
// at; a value with a specifier (`%i`) is one that cannot be read here.
//
// To add a directive: a line in UnitReader::take (systemd.cpp).
#pragma once

#include "launch/placed_text.hpp"
#include "launch/written.hpp"

#include <string>
#include <string_view>

namespace prefect_config {

/// Whether a text is a unit that starts a process: it begins with a section of a unit and has
/// `[Service]` or `[Container]`.
bool is_systemd_unit(std::string_view text);

/// The unit as a launch `systemd unit`. `EnvironmentFile=` is looked for by its name beside the
/// unit, and so is `NAME.d/override.conf`.
void read_systemd(const WrittenFile& file, WrittenLaunches& out);

/// A unit that a script writes: `name` is its file's.
void read_systemd_text(const WrittenFile& file, const PlacedText& text, const std::string& name,
                       WrittenLaunches& out, int depth);

}  // namespace prefect_config
