// How a credential is written that a server refuses, and how to write it otherwise.
//
// What it is not: the checks of `checks/check_forms.cpp`, which warn of such forms where nobody was
// asked. Here a server has refused it, so that the form is the likely cause.
#pragma once

#include <prefect_config/inspect.hpp>

#include <string>
#include <string_view>

namespace prefect_config {

/// In which form an auth string is that no server has: `one with quotes around it`; empty where it
/// looks like one.
std::string wrong_auth_string(const std::string& text);
/// The same of an API key of Prefect Cloud.
std::string wrong_key(const std::string& text);

bool is_not_ascii(std::string_view text);

/// The command that writes a secret anew where it stands, or, where it stands nowhere, into the
/// profile in force. Empty where only an editor or the shell does, and where the release has no
/// such setting.
std::string command_for_secret(const Inspection& inspection, std::string_view path);

}  // namespace prefect_config
