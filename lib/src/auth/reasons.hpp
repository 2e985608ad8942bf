// Why a surface passes over a credential that is set, in words, and for which releases that holds.
//
// What it is not: a rule. It only reads the row that was carried out.
#pragma once

#include "auth/credentials.hpp"
#include "auth/headers.hpp"

#include <string>

namespace prefect_config {

/// Whether something else stands in the header that would have carried it.
bool is_overwritten(const Credential& credential, const Sent& sent);

std::string reason_not_used(const Credential& credential, const AuthRule& rule, const Sent& sent,
                            const Credentials& credentials);

}  // namespace prefect_config
