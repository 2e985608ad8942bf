#include "live.hpp"
#include "support/text.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace prefect_config::tool {
namespace {

constexpr std::string_view kProgram = "prefect-config-probe";

// Beside this program, or where an installation has it.
constexpr std::string_view kFolders[] = {"", "../libexec/prefect-config/"};

std::string own_folder() {
  std::array<char, PATH_MAX> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(folder_part({path.data(), static_cast<std::size_t>(size)}))
                  : std::string();
}

}  // namespace

std::optional<Outcome> go_live(const Context& context) {
  const auto own = own_folder();
  int error = ENOENT;
  for (const auto folder : kFolders) {
    if (own.empty()) break;
    const auto program = own + std::string(folder) + std::string(kProgram);
    // The arguments are this process's own, and stay in its hands.
    ::execv(program.c_str(), context.arguments);
    if (errno != ENOENT) error = errno;
  }
  return failed_with(status_failed,
                     std::string(kProgram) +
                         ", which opens connections, cannot be started: " + std::strerror(error));
}

// go_live has left this program.
Probe probe_live(const Inspection&, const AuthPlans&, const ProbeOptions&) { std::abort(); }
WorkspaceList workspaces_live(const Inspection&, const AuthPlans&, const ProbeOptions&) {
  std::abort();
}

}  // namespace prefect_config::tool
