// Which reader a file is for: decided by what is in it, its name only where that says nothing.
//
// What it is not: a reader. To add one: its function, and its line in readers.cpp.
#pragma once

#include "launch/written.hpp"

#include <functional>
#include <string_view>

namespace prefect_config {

/// Every launch of a file; none where it is of no kind that is known. `matters` says of a piece of
/// the text whether it is worth reading: documents of a stream that are not, are not parsed.
WrittenLaunches read_launches(const WrittenFile& file,
                              const std::function<bool(std::string_view)>& matters);

}  // namespace prefect_config
