// Credentials by connection, on a page: the table, and each connection in full.
//
// What it is not: a decision. It shows the plan (auth.hpp).
#pragma once

#include "report/html.hpp"

namespace prefect_config {

/// Which credential goes to which connection, and why others do not.
void add_matrix(Html& html, const Inspection& inspection, const AuthPlans& plans);

/// Each credential: its value, where it is written, and who passes it over for what reason.
void add_credentials(Html& html, const Inspection& inspection, const AuthPlans& plans);

/// What each connection carries, folded.
void add_connections(Html& html, const AuthPlans& plans);

}  // namespace prefect_config
