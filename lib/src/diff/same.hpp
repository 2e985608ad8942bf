// Whether two values are the same, where of one or both no more than a mask may be known.
#pragma once

#include <prefect_config/diff.hpp>

namespace prefect_config {

/// By content: what is equal in JSON is equal, 30 and 30.0 too.
Same same_value(const DiffValue& a, const DiffValue& b);

/// Whether two names of headers are the same; one of them can be masked (`Authorization********`).
bool same_header_name(std::string_view a, std::string_view b);
/// The same for credentials.
bool same_credential_name(std::string_view a, std::string_view b);

/// Both: what differs stays different, what is not known stays so.
Same both(Same a, Same b);

}  // namespace prefect_config
