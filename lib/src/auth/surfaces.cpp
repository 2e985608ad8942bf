#include "auth/surfaces.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace prefect_config {
namespace {

// Which of them drop a trailing slash was recorded (tests/conformance/auth, `url-trailing-slash`).
constexpr SurfaceKind kKinds[] = {
    {Surface::http, "http", false, false, false, false, ""},
    {Surface::version_check, "version-check", false, false, false, false, "/admin/version"},
    {Surface::cloud_client, "cloud-client", false, true, false, false, ""},
    {Surface::events_in, "events-in", true, false, true, false, "/events/in"},
    {Surface::events_out, "events-out", true, false, true, false, "/events/out"},
    {Surface::logs_out, "logs-out", true, false, true, false, "/logs/out"},
    {Surface::subscriptions, "subscriptions", true, false, false, true,
     "/task_runs/subscriptions/scheduled"},
    {Surface::worker_channel, "worker-channel", true, false, true, true,
     "/work_pools/<pool>/workers/connect"},
    {Surface::telemetry, "telemetry", false, false, true, false, "/telemetry/v1/metrics"},
};

constexpr auto all_surfaces() {
  std::array<Surface, std::size(kKinds)> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kKinds[i].surface;
  return all;
}
constexpr auto kSurfaces = all_surfaces();

}  // namespace

std::span<const Surface> surfaces() { return kSurfaces; }

const SurfaceKind& surface_kind(Surface surface) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds),
                       [surface](const SurfaceKind& kind) { return kind.surface == surface; });
}

std::string_view surface_name(Surface surface) { return surface_kind(surface).name; }

std::optional<Surface> find_surface(std::string_view name) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [name](const SurfaceKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? std::nullopt : std::optional(found->surface);
}

}  // namespace prefect_config
