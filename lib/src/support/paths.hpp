/// \file
/// POSIX paths as Python's pathlib writes them.
///
/// What it is not: an access to files. Nothing is looked up, and `..` stays as it is.
#pragma once

#include <prefect_config/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace prefect_config {

/// `Path(text)`: the empty text is `.`; repeated and trailing `/` and `.` parts go. Exactly two
/// leading slashes stay two, as POSIX leaves them to the system.
Path normal_path(std::string_view text);

/// `left / right`: an absolute `right` replaces `left`.
Path join_path(const Path& left, std::string_view right);

/// The home of a user by name; nothing where there is no such user.
using HomeOfUser = std::function<std::optional<std::string>(std::string_view)>;

/// `path.expanduser()`: `~`, `~/…` and `~name/…`. Nothing where there is no such user: Python then
/// raises RuntimeError.
std::optional<Path> expand_user(const Path& path, std::string_view user_home,
                                const HomeOfUser& home_of_user);

}  // namespace prefect_config
