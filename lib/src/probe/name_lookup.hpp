// Names to addresses, within a deadline.
//
// What it is not: a resolver of its own. It asks the system, as Prefect does, and does not wait for
// longer than it is told: the system's own limits are minutes.
#pragma once

#include "probe/request.hpp"

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace prefect_config::probing {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = 0;

  bool is_loopback() const;
};

struct Lookup {
  std::vector<SocketAddress> addresses;
  std::string problem;  ///< empty where there are addresses
};

/// Nothing where the deadline came first.
std::optional<Lookup> look_up(const Endpoint& endpoint,
                              std::chrono::steady_clock::time_point deadline);

}  // namespace prefect_config::probing
